using System.Collections.Concurrent;

namespace Engage.Api.Realtime.Transport;

/// <summary>The clients of this node, and what was sent to all there ever were.</summary>
internal sealed class HubConnections
{
    /// <summary>By id; null while its WebSocket is being opened.</summary>
    private readonly ConcurrentDictionary<string, HubConnection?> _open = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly OutboxFigures _gone = new();
    private volatile bool _stopping;

    public int Count => _open.Count;

    /// <summary>Bytes that wait for clients, over all.</summary>
    public long WaitingBytes => Open.Sum(connection => connection.Outbox.WaitingBytes);

    /// <summary>Neither a snapshot nor blocking: who comes or goes meanwhile may be in it or not.</summary>
    public IEnumerable<HubConnection> Open => _open.Select(entry => entry.Value).OfType<HubConnection>();

    /// <summary>False if a connection of this id is open, or about to be.</summary>
    public bool TryReserve(string id) => _open.TryAdd(id, null);

    public void Add(HubConnection connection)
    {
        _open[connection.ConnectionId] = connection;
        if (_stopping) connection.RequestClose(CloseCodes.GoingAway);
    }

    public void Release(string id)
    {
        lock (_gate)
            if (_open.TryRemove(id, out var connection) && connection is not null) _gone.Add(connection.Outbox.Figures);
    }

    /// <summary>Everybody is sent away, and may come back to another node. Who comes later is sent away too.</summary>
    public void CloseAll()
    {
        _stopping = true;
        foreach (var connection in Open) connection.RequestClose(CloseCodes.GoingAway);
    }

    public OutboxFigures Sum()
    {
        var sum = new OutboxFigures();
        lock (_gate)
        {
            sum.Add(_gone);
            foreach (var connection in Open) sum.Add(connection.Outbox.Figures);
        }
        return sum;
    }
}
