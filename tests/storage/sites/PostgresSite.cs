using System.Data.Common;
using Engage.Postgres;

namespace Engage.Storage.Tests;

/// <summary>A database of its own on the test process's server, or one that the test made.</summary>
internal sealed class PostgresSite(PostgresDatabaseLease database)
    : StorageSite("postgres", nameof(StorageOptions.ConnectionString))
{
    public PostgresSite()
        : this(PostgresServer.Shared) { }

    /// <summary>On a server that the test may harm.</summary>
    public PostgresSite(PostgresServer server)
        : this(server.CreateDatabase()) { }

    public PostgresDatabaseLease Database => database;

    public override string Location => database.ConnectionString;

    public override string Place => database.Name;

    public override long StateRows => Query("SELECT count(*) FROM OrleansStorage");

    public override long Query(string sql) => database.Query(sql);

    public override void Execute(string sql) => database.Execute(sql);

    public override DbConnection Connect() => database.Connect();

    public override Stall StallWriter(OpenStorage storage) => new PostgresStall(database);

    public override void Dispose()
    {
        base.Dispose();
        database.Dispose();
    }
}
