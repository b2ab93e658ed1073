using Engage.Api.Realtime.Transport;
using Engage.Contracts;

namespace Engage.Api.Commerce;

/// <summary>One person's connections at this node that want to hear of what opens and closes, and the locked rooms
/// that she is in.</summary>
internal sealed class EntitlementsWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Outbox Outbox, bool Pushes)> _connections = [];
    private readonly HashSet<RoomId> _rooms = [];

    /// <summary>Grows whenever something opened or closed: whoever was let in before it looks again.</summary>
    public int Changes { get; private set; }

    /// <param name="pushes">Whether it is told; otherwise only its rooms are closed.</param>
    public void Join(Outbox outbox, bool pushes)
    {
        lock (_gate)
            _connections[outbox.ConnectionId] = (
                outbox, pushes || _connections.GetValueOrDefault(outbox.ConnectionId).Pushes);
    }

    public void Enter(RoomId room)
    {
        lock (_gate) _rooms.Add(room);
    }

    public void Closed(RoomId room)
    {
        lock (_gate) _rooms.Remove(room);
    }

    /// <returns>True if nobody is left.</returns>
    public bool Leave(string connectionId)
    {
        lock (_gate) return _connections.Remove(connectionId) && _connections.Count == 0;
    }

    /// <summary>Rooms to look at again.</summary>
    public RoomId[] Rooms()
    {
        lock (_gate) return [.. _rooms];
    }

    /// <summary>Sent even if an outbox is full: people buy so seldom that it stays bounded.</summary>
    public void Send(PushFrame frame)
    {
        lock (_gate)
        {
            Changes++;
            foreach (var (outbox, pushes) in _connections.Values)
                if (pushes && !outbox.IsClosed)
                    outbox.SendAnyway(frame);
        }
    }
}
