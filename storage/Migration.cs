using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Storage;

/// <summary>One step of the schema: <c>0001_what.sql</c>. Never edited once released; its checksum is kept.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>Of the text with LF line ends, so that a checkout's settings do not matter.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps this build knows for a kind of database (the name of its folder), in order.</summary>
    public static IReadOnlyList<Migration> Embedded(string database)
    {
        var assembly = typeof(Migration).Assembly;
        var prefix = $"Engage.Storage.{database}.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(migration => migration.Version)];

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var name = resource[prefix.Length..^".sql".Length];
            return new(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    /// <returns>The steps that a database lacks which has applied <paramref name="applied"/>, in order.</returns>
    /// <exception cref="StorageException">The database is newer than this build, or a step it has applied was changed
    /// since.</exception>
    public static IReadOnlyList<Migration> Missing(
        IReadOnlyList<(long Version, string Name, string Checksum)> applied, IReadOnlyList<Migration> known)
    {
        foreach (var (version, name, checksum) in applied)
        {
            var same = known.FirstOrDefault(migration => migration.Version == version)
                ?? throw new StorageException(
                    $"The database has schema step {name}, which this build does not know (its newest is "
                    + $"{known[^1].Name}). It was written by a newer version; run that version, or restore "
                    + "a backup made before the upgrade.");
            if (same.Checksum != checksum)
                throw new StorageException(
                    $"Schema step {name} was applied with checksum {checksum}, but this build carries {same.Checksum}. "
                    + "A released step must not change; restore the original text and put the change into a new step.");
        }
        return [.. known.Where(migration => applied.All(done => done.Version != migration.Version))];
    }
}
