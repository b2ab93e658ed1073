using Engage.Postgres;

namespace Engage.Storage.Tests;

/// <summary>A database of its own on the test process's server, or on one that the test may harm.</summary>
internal sealed class PostgresSite(PostgresServer? server = null)
    : StorageSite("postgres", nameof(StorageOptions.ConnectionString))
{
    private readonly PostgresDatabaseLease _database = (server ?? PostgresServer.Shared).CreateDatabase();

    public PostgresDatabaseLease Database => _database;

    public override string Location => _database.ConnectionString;

    public override string Place => _database.Name;

    public override long StateRows => Query("SELECT count(*) FROM OrleansStorage");

    public override long Query(string sql) => _database.Query(sql);

    public override void Execute(string sql) => _database.Execute(sql);

    public override Stall StallWriter(OpenStorage storage) => new PostgresStall(_database);

    public override void Dispose()
    {
        base.Dispose();
        _database.Dispose();
    }
}
