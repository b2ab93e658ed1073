using System.Data;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// The connection that a lane keeps, so that its statements stay prepared. After a failure it is thrown away: what state
/// it is in would be a guess. Used by the lane's loop only.
/// </summary>
internal sealed class LaneConnection(NpgsqlDataSource source, string server, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? _connection;

    /// <summary>Host, port and database, for error texts.</summary>
    public string Server => server;

    public async ValueTask<NpgsqlConnection> OpenAsync()
    {
        if (_connection is { State: ConnectionState.Open } usable) return usable;

        await CloseAsync().ConfigureAwait(false);
        return _connection = await source.OpenConnectionAsync().ConfigureAwait(false);
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
        // Without this the pool would hand the same physical connection out again if it looks usable.
        if (connection.State != ConnectionState.Closed) NpgsqlConnection.ClearPool(connection);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
    }
}
