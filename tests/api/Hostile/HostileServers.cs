using Engage.Postgres;
using Microsoft.Data.Sqlite;

namespace Engage.Api.Tests.Hostile;

/// <summary>A server whose database a test may look into, and which takes texts as fast as they come.</summary>
public abstract class HostileServer : RunningServer
{
    protected override string[] Settings =>
        ["--Limits:RequestsPerSecond", "100000", "--Limits:RequestsBurst", "100000"];

    /// <returns>What the database consists of: its tables and indexes.</returns>
    internal abstract IReadOnlyList<string> Schema();
}

public sealed class HostileSqlite : HostileServer
{
    internal override IReadOnlyList<string> Schema()
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Directory.GetFiles(Folder, "*.db").Single(),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT type || ' ' || name FROM sqlite_master UNION SELECT * FROM pragma_integrity_check";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
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
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
