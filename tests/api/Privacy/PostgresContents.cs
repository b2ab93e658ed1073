using System.Text;
using Engage.Postgres;
using Npgsql;

namespace Engage.Api.Tests.Privacy;

/// <summary>All that a database on PostgreSQL has: its rows, and its files with what was overwritten.</summary>
internal sealed class PostgresContents(PostgresDatabaseLease database)
{
    public List<string> Find(PlantedValues planted)
    {
        using var connection = database.Connect();
        var found = new List<string>();
        // Rows, since long values are compressed in files.
        foreach (var (table, column) in Columns(connection))
            foreach (var value in Values(connection, table, column))
                found.AddRange(planted.FindIn(value, $"{table}.{column}"));
        foreach (var folder in Folders())
            found.AddRange(planted.FindBelow(folder).Select(place => $"{Path.GetFileName(folder)}: {place}"));
        return found;
    }

    /// <returns>Whether the bytes are in a file of the database, the server's own log not counted.</returns>
    public bool HasFileWith(byte[] bytes)
    {
        database.Execute("CHECKPOINT");
        return Directory.EnumerateFiles(BaseFolder(), "*").Any(file => ReadShared(file).AsSpan().IndexOf(bytes) >= 0);
    }

    private string[] Folders()
    {
        database.Execute("CHECKPOINT");
        return [BaseFolder(), Path.Combine(database.Server.DataFolder, "pg_wal")];
    }

    private string BaseFolder() => Path.Combine(
        database.Server.DataFolder, "base",
        $"{database.Query($"SELECT oid FROM pg_database WHERE datname = '{database.Name}'")}");

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static List<(string Table, string Column)> Columns(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            """
            SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND data_type NOT IN
                ('bigint', 'integer', 'smallint', 'boolean', 'timestamp without time zone', 'timestamp with time zone')
            """, connection);
        using var reader = command.ExecuteReader();
        var columns = new List<(string, string)>();
        while (reader.Read()) columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    private static IEnumerable<byte[]> Values(NpgsqlConnection connection, string table, string column)
    {
        using var command = new NpgsqlCommand(
            $"SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL", connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetValue(0) is byte[] bytes ? bytes : Encoding.UTF8.GetBytes($"{reader.GetValue(0)}");
    }
}
