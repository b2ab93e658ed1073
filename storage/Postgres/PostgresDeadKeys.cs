using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Leaves no dead row of a personal key anywhere: a plain VACUUM frees the place of one, and its bytes stay in the
/// page, so that the table is written anew. That takes a lock that keeps everybody from the keys, and whoever asks for
/// one while a backup reads makes all others wait behind it. So it is asked for briefly and often, and one rewrite
/// serves all destructions that it comes after.
/// </summary>
internal sealed class PostgresDeadKeys(PostgresDatabase database) : IDisposable
{
    private const string Size = "SELECT pg_table_size('personal_key')";

    /// <summary>How long others may wait behind one attempt.</summary>
    private const string Patience = "SET lock_timeout = '100ms'";

    private const string Rewrite = "VACUUM (FULL) personal_key";

    private const string Free = "VACUUM personal_key";

    /// <summary>
    /// Above it a rewrite would keep everybody from the keys for longer than anybody should wait; some 300,000 people.
    /// </summary>
    private const long RewrittenBytesMax = 64 * 1024 * 1024;

    /// <summary>Twelve seconds together; whoever erases tries again within a minute.</summary>
    private static readonly TimeSpan[] Pauses =
        [.. new[] { 0.2, 0.4, 0.8, 1.5, 3, 6 }.Select(TimeSpan.FromSeconds)];

    private readonly SemaphoreSlim _one = new(1);
    private long _newest;
    private long _removed;

    /// <summary>What was overwritten before the call is gone when it completes.</summary>
    /// <exception cref="StorageException">The table is in use all the time, or the server is away.</exception>
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
            try
            {
                await RewriteAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException error) when (
                error.SqlState == PostgresErrorCodes.LockNotAvailable && failures < Pauses.Length)
            {
                await Task.Delay(Pauses[failures], database.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresFailure.Is(error))
            {
                throw PostgresFailure.Describe(error, database.Server, unknown: false);
            }
    }

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var size = (long)(await RunAsync(connection, Size, cancellationToken).ConfigureAwait(false))!;
        await RunAsync(connection, Patience, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, size <= RewrittenBytesMax ? Rewrite : Free, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
