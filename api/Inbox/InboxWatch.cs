using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Inbox;

/// <summary>The connections of one person that watch her inbox, and what they were sent.</summary>
internal sealed class InboxWatch
{
    /// <summary>More than an inbox holds: what is still in it is never pushed twice.</summary>
    private const int SeenMax = 256;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Outbox> _connections = [];
    private readonly HashSet<string> _behind = [];
    private readonly HashSet<(RoomId, long)> _seen = [];
    private readonly Queue<(RoomId, long)> _seenOrder = [];

    public void Join(Outbox outbox)
    {
        lock (_gate) _connections[outbox.ConnectionId] = outbox;
    }

    /// <returns>True if nobody is left.</returns>
    public bool Leave(string connectionId)
    {
        lock (_gate)
        {
            _behind.Remove(connectionId);
            return _connections.Remove(connectionId) && _connections.Count == 0;
        }
    }

    /// <returns>True if it is the first time that this mention is seen here.</returns>
    public bool See(Mention mention)
    {
        lock (_gate)
        {
            if (!_seen.Add((mention.Room, mention.Seq))) return false;

            _seenOrder.Enqueue((mention.Room, mention.Seq));
            if (_seenOrder.Count > SeenMax) _seen.Remove(_seenOrder.Dequeue());
            return true;
        }
    }

    /// <summary>Whether more than one connection watches.</summary>
    public bool IsShared
    {
        get { lock (_gate) return _connections.Count > 1; }
    }

    /// <summary>Whoever has no room for it now gets all that is unread at the next renewal.</summary>
    /// <param name="besides">A connection that knows already.</param>
    public void Send(PushFrame frame, string? besides = null)
    {
        lock (_gate)
            foreach (var (id, outbox) in _connections)
                if (id != besides && !outbox.TrySend(frame) && !outbox.IsClosed)
                    _behind.Add(id);
    }

    /// <summary>It needs all that is unread at the next renewal, unless it has gone.</summary>
    public void Missed(Outbox outbox)
    {
        lock (_gate)
            if (!outbox.IsClosed && _connections.ContainsKey(outbox.ConnectionId))
                _behind.Add(outbox.ConnectionId);
    }

    /// <summary>Connections that missed something and have room again.</summary>
    public Outbox[] TakeCaughtUp()
    {
        lock (_gate)
        {
            var ready = _behind.Where(id => !_connections[id].IsBehind).ToArray();
            _behind.ExceptWith(ready);
            return [.. ready.Select(id => _connections[id])];
        }
    }
}
