using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Storage.Sqlite;

/// <summary>One step of the schema: <c>0001_what.sql</c>. Never edited once released; its checksum is kept.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    private const string Prefix = "Engage.Storage.Sqlite.Migrations.";

    /// <summary>Of the text with LF line ends, so that a checkout's settings do not matter.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps this build knows, in order.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(migration => migration.Version)];

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var name = resource[Prefix.Length..^".sql".Length];
            return new(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }
}
