using System.Data;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// The connection that a lane keeps, so that its statements stay prepared. After a failure it is thrown away: what
/// state it is in would be a guess. Used by the lane's loop only.
/// </summary>
internal sealed class LaneConnection(NpgsqlDataSource source, string server, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(1);
    private const int AnswerSecondsMax = 5;

    private NpgsqlConnection? _connection;
    private long _usedAt;

    /// <summary>Host, port and database, for error texts.</summary>
    public string Server => server;

    /// <summary>
    /// Ready to send. A connection that rested is asked for a sign of life first: that the server was restarted
    /// meanwhile is then noticed before anything is sent, and not by a write whose outcome is unknown.
    /// </summary>
    public async ValueTask<NpgsqlConnection> OpenAsync()
    {
        if (_connection is { State: ConnectionState.Open } usable)
        {
            if (time.GetElapsedTime(_usedAt) > RestMax) await CheckAsync(usable).ConfigureAwait(false);
            _usedAt = time.GetTimestamp();
            return usable;
        }

        await CloseAsync().ConfigureAwait(false);
        _connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        _usedAt = time.GetTimestamp();
        return _connection;
    }

    /// <summary>Throws the connection away and waits before the next try: briefly at first, up to a second.</summary>
    public async Task RecoverAsync(int attempt)
    {
        await CloseAsync().ConfigureAwait(false);
        var pause = BackoffMin * Math.Pow(2, Math.Min(attempt, 10));
        await Task.Delay(pause < BackoffMax ? pause : BackoffMax, time).ConfigureAwait(false);
    }

    public async ValueTask CloseAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        // What broke this connection broke those that rest in the pool too, more often than not.
        source.Clear();
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error) || error is InvalidOperationException)
        {
            // It is broken already; that it cannot say good-bye concerns nobody.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CheckAsync(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = AnswerSecondsMax };
        await command.ExecuteScalarAsync().ConfigureAwait(false);
    }
}
