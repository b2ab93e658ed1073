using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Reads on pooled connections. What a restart of the server interrupts is asked again, for a bounded time: a read
/// harms nobody.
/// </summary>
internal sealed class PostgresReaders(NpgsqlDataSource source, string server, TimeSpan retryMax, TimeProvider time)
{
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    /// <exception cref="StorageException">The database refused, or was away for too long.</exception>
    public async ValueTask<TRow[]> ReadAsync<TArg, TRow>(
        string sql,
        TArg arg,
        Action<NpgsqlParameterCollection, TArg> bind,
        Func<NpgsqlDataReader, TArg, TRow> decode,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = BackoffMin; ; pause = pause * 2 < BackoffMax ? pause * 2 : BackoffMax)
        {
            try
            {
                return await ReadOnceAsync(sql, arg, bind, decode, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresFailure.Is(error) && error is not StorageException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var again = PostgresFailure.Classify(error) is FailureKind.Lost or FailureKind.RolledBack;
                if (!again || time.GetElapsedTime(start) + pause > retryMax)
                    throw PostgresFailure.Describe(error, server, unknown: false);
                // The pool's other connections most likely broke with this one.
                source.Clear();
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TRow[]> ReadOnceAsync<TArg, TRow>(
        string sql,
        TArg arg,
        Action<NpgsqlParameterCollection, TArg> bind,
        Func<NpgsqlDataReader, TArg, TRow> decode,
        CancellationToken cancellationToken)
    {
        using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters, arg);
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<TRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(decode(reader, arg));
        return [.. rows];
    }
}
