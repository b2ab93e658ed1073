using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Leaves no dead row of a personal key anywhere: a plain VACUUM frees the place of one, and its bytes stay in the
/// page, so that the table is written anew. That takes a lock that keeps everybody from the keys, and whoever asks for
/// one while a backup reads makes all others wait behind it. So it is asked for briefly and often, and one rewrite
/// serves all destructions that it comes after. A rewrite keeps dead rows that some snapshot may still see, be it a
/// backup's of other tables: then it is done again.
/// </summary>
internal sealed class PostgresDeadKeys(PostgresDatabase database) : IDisposable
{
    private const string Size = "SELECT pg_table_size('personal_key')";

    /// <summary>How long others may wait behind one attempt.</summary>
    private const string Patience = "SET lock_timeout = '100ms'";

    private const string Rewrite = "VACUUM (FULL) personal_key";

    private const string Free = "VACUUM personal_key";

    /// <summary>Later than every transaction that is over, and so than the destructions that wait for this.</summary>
    private const string Mark = "SELECT pg_current_xact_id()::text";

    /// <summary>
    /// A rewrite notes the oldest transaction that some snapshot may not have seen the end of, and keeps all rows that
    /// died from there on.
    /// </summary>
    private const string Swept =
        "SELECT age(relfrozenxid) <= age($1::text::xid8::xid) FROM pg_class WHERE oid = 'personal_key'::regclass";

    /// <summary>Whether all that began earlier are over: until then a rewrite keeps what died since.</summary>
    private const string OlderAreOver = "SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8";

    /// <summary>
    /// Above it a rewrite would keep everybody from the keys for longer than anybody should wait; some 300,000 people.
    /// </summary>
    private const long RewrittenBytesMax = 64 * 1024 * 1024;

    /// <summary>Twelve seconds together; whoever erases tries again within a minute.</summary>
    private static readonly TimeSpan[] Pauses =
        [.. new[] { 0.2, 0.4, 0.8, 1.5, 3, 6 }.Select(TimeSpan.FromSeconds)];

    /// <summary>Writes are over in milliseconds; a rewrite that comes too early is one for nothing.</summary>
    private static readonly TimeSpan OlderLook = TimeSpan.FromMilliseconds(10);

    private const int OlderMax = 50;

    private readonly SemaphoreSlim _one = new(1);
    private long _newest;
    private long _removed;

    /// <summary>What was overwritten before the call is gone when it completes.</summary>
    /// <exception cref="StorageException">The table is in use all the time, a transaction stays open that may see what
    /// was overwritten, or the server is away.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var own = Interlocked.Increment(ref _newest);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_removed >= own) return;

            var newest = Interlocked.Read(ref _newest);
            await TryAsync(cancellationToken).ConfigureAwait(false);
            _removed = newest;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                if (await RewriteAsync(cancellationToken).ConfigureAwait(false)) return;
                if (failures == Pauses.Length)
                    throw new StorageException(
                        $"PostgreSQL at {database.Server} keeps overwritten personal keys, because a transaction "
                        + "is open that may see them. It is tried again; pg_stat_activity.backend_xmin tells whose.");
            }
            catch (PostgresException error) when (
                error.SqlState == PostgresErrorCodes.LockNotAvailable && failures < Pauses.Length)
            {
                // Somebody reads the table: as with an open transaction, the next attempt is after a pause.
            }
            catch (Exception error) when (PostgresFailure.Is(error))
            {
                throw PostgresFailure.Describe(error, database.Server, unknown: false);
            }
            await Task.Delay(Pauses[failures], database.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>False if rows that are dead are still there.</returns>
    private async Task<bool> RewriteAsync(CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var size = (long)(await RunAsync(connection, Size, cancellationToken).ConfigureAwait(false))!;
        await RunAsync(connection, Patience, cancellationToken).ConfigureAwait(false);
        if (size > RewrittenBytesMax)
        {
            await RunAsync(connection, Free, cancellationToken).ConfigureAwait(false);
            return true;
        }
        var mark = (string)(await RunAsync(connection, Mark, cancellationToken).ConfigureAwait(false))!;
        await WaitForOlderAsync(connection, mark, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, Rewrite, cancellationToken).ConfigureAwait(false);
        return (bool)(await RunAsync(connection, Swept, cancellationToken, mark).ConfigureAwait(false))!;
    }

    private async Task WaitForOlderAsync(NpgsqlConnection connection, string mark, CancellationToken cancellationToken)
    {
        for (var look = 0; look < OlderMax; look++)
        {
            if ((bool)(await RunAsync(connection, OlderAreOver, cancellationToken, mark).ConfigureAwait(false))!)
                return;
            await Task.Delay(OlderLook, database.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<object?> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, string? argument = null)
    {
        using var command = new NpgsqlCommand(sql, connection);
        if (argument is not null) command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
