using Engage.Postgres;
using Npgsql;

namespace Engage.Storage.Tests;

/// <summary>Holds locks on all tables that let others read but not write.</summary>
internal sealed class PostgresStall : Stall
{
    private const string LockTables = """
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
                EXECUTE format('LOCK TABLE %I IN EXCLUSIVE MODE', name);
            END LOOP;
        END $$
        """;

    private const string Waiting = """
        SELECT count(*) FROM pg_locks WHERE NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private readonly NpgsqlConnection _holder;
    private readonly NpgsqlConnection _watcher;
    private readonly NpgsqlTransaction _transaction;

    public PostgresStall(PostgresDatabaseLease database)
    {
        _watcher = database.Connect();
        _holder = database.Connect();
        _transaction = _holder.BeginTransaction();
        using var command = new NpgsqlCommand(LockTables, _holder);
        command.ExecuteNonQuery();
    }

    public override Task<T> Occupy<T>(Func<Task<T>> write)
    {
        var before = PostgresDatabaseLease.Query(_watcher, Waiting);
        var running = write();
        Assert.True(
            SpinWait.SpinUntil(() => PostgresDatabaseLease.Query(_watcher, Waiting) > before, TimeSpan.FromSeconds(30)),
            "No write came to wait for the lock within 30 s.");
        return running;
    }

    public override void Dispose()
    {
        _transaction.Rollback();
        _transaction.Dispose();
        _holder.Dispose();
        _watcher.Dispose();
    }
}
