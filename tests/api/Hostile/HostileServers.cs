using System.Data.Common;
using System.Globalization;
using Engage.Postgres;
using Microsoft.Data.Sqlite;

namespace Engage.Api.Tests.Hostile;

/// <summary>A server whose database a test may look into, and which takes texts as fast as they come.</summary>
public abstract class HostileServer : RunningServer
{
    protected override string[] Settings =>
    [
        "--Limits:RequestsPerSecond", "100000", "--Limits:RequestsBurst", "100000",
        "--Commerce:WrongCodesPerUser", "100000", "--Commerce:WrongCodesPerAddress", "100000",
    ];

    /// <returns>What the database consists of: its tables and indexes.</returns>
    internal abstract IReadOnlyList<string> Schema();

    /// <returns>How many rows each table has; nothing that hostile texts bring about takes any away.</returns>
    internal abstract IReadOnlyDictionary<string, long> Rows();

    private protected static IReadOnlyDictionary<string, long> CountRows(DbConnection connection, string tables)
    {
        var names = ReadNames(connection, tables);
        return names.ToDictionary(
            name => name,
            name => long.Parse(
                ReadNames(connection, $"SELECT CAST(count(*) AS text) FROM \"{name}\"").Single(),
                CultureInfo.InvariantCulture));
    }

    private protected static List<string> ReadNames(DbConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own words.
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }
}

public sealed class HostileSqlite : HostileServer
{
    internal override IReadOnlyList<string> Schema()
    {
        using var connection = Open();
        return ReadNames(
            connection, "SELECT type || ' ' || name FROM sqlite_master UNION SELECT * FROM pragma_integrity_check");
    }

    internal override IReadOnlyDictionary<string, long> Rows()
    {
        using var connection = Open();
        return CountRows(
            connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Directory.GetFiles(Folder, "*.db").Single(),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
        connection.Open();
        return connection;
    }
}

public sealed class HostilePostgres : HostileServer, IAsyncLifetime
{
    private PostgresDatabaseLease? _database;

    protected override string[] Settings =>
        [.. base.Settings, "--Storage:Kind", "postgres", "--Storage:ConnectionString", _database!.ConnectionString];

    async Task IAsyncLifetime.InitializeAsync()
    {
        if (PostgresBinaries.Missing is not null) return;
        _database = PostgresServer.Shared.CreateDatabase();
        await InitializeAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (_database is null) return;
        await DisposeAsync();
        _database.Dispose();
    }

    internal override IReadOnlyList<string> Schema()
    {
        using var connection = _database!.Connect();
        var names = ReadNames(
            connection,
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'");
        return [.. names.Order(StringComparer.Ordinal)];
    }

    internal override IReadOnlyDictionary<string, long> Rows()
    {
        using var connection = _database!.Connect();
        return CountRows(
            connection, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
    }
}
