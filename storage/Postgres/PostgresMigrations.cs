using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Brings a database to the schema of this build, each missing step in a transaction of its own. Processes that start
/// together queue for a lock; whoever comes later finds the work done.
/// </summary>
internal static partial class PostgresMigrations
{
    /// <summary>"engage" as a number: the key of the advisory lock.</summary>
    private const long LockKey = 0x656E67616765;

    /// <summary>A step may rewrite a large table; others wait for it.</summary>
    private const int SecondsMax = 600;

    /// <exception cref="StorageException">The database is newer than this build, or a step it has applied was changed
    /// since.</exception>
    public static async Task ApplyAsync(
        NpgsqlConnection connection,
        IReadOnlyList<Migration> known,
        DateTimeOffset now,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        try
        {
            var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
            foreach (var step in Migration.Missing(applied, known))
            {
                await ApplyAsync(connection, step, now, cancellationToken).ConfigureAwait(false);
                LogMigrated(logger, step.Name);
            }
        }
        finally
        {
            // A broken connection has given the lock back already.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None)
                    .ConfigureAwait(false);
        }
    }

    private static async Task<List<(long, string, string)>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, """
            CREATE TABLE IF NOT EXISTS schema_migration (
                version    integer PRIMARY KEY,
                name       text NOT NULL,
                checksum   text NOT NULL,
                applied_at timestamptz NOT NULL
            )
            """, cancellationToken).ConfigureAwait(false);

        await using var command = new NpgsqlCommand(
            "SELECT version, name, checksum FROM schema_migration ORDER BY version", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var applied = new List<(long, string, string)>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            applied.Add((rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return applied;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, Migration step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction =
            await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, step.Sql, cancellationToken).ConfigureAwait(false);
        await using var note = new NpgsqlCommand(
            "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)", connection);
        note.Parameters.Int(step.Version).Text(step.Name).Text(step.Checksum).Time(now.UtcDateTime);
        await note.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SecondsMax };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Schema step {Migration} applied")]
    private static partial void LogMigrated(ILogger logger, string migration);
}
