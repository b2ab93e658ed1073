using Engage.Api.Accounts;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Rooms;

/// <summary>One connection and the rooms it is in.</summary>
internal sealed class ConnectionRooms(Person person, Outbox outbox)
{
    private readonly Dictionary<RoomId, ConnectionRoom> _rooms = [];
    private bool _ended;

    public Person Person => person;

    public Outbox Outbox => outbox;

    /// <summary>Joins and leaves of one connection happen one after the other.</summary>
    public SemaphoreSlim Joining { get; } = new(1, 1);

    /// <returns>Those of the caller's connection, made with its first call.</returns>
    public static ConnectionRooms Of(HubCallerContext caller)
    {
        if (Find(caller) is { } known) return known;
        var outbox = caller.Features.Get<IOutboxFeature>()!.Outbox;
        var made = new ConnectionRooms(new(caller.User!.UserId()!.Value, caller.User!.DisplayName()), outbox);
        caller.Items[typeof(ConnectionRooms)] = made;
        return made;
    }

    /// <returns>Null if the connection never called for a room.</returns>
    public static ConnectionRooms? Find(HubCallerContext caller) =>
        caller.Items.TryGetValue(typeof(ConnectionRooms), out var known) ? (ConnectionRooms?)known : null;

    /// <returns>Null if it is not in the room, or not any more.</returns>
    public ConnectionRoom? In(RoomId room)
    {
        lock (_rooms)
            return _rooms.TryGetValue(room, out var found) && !found.Listener.IsGone ? found : null;
    }

    /// <summary>The rooms it is in; those that ended meanwhile are forgotten.</summary>
    public int Count()
    {
        lock (_rooms)
        {
            foreach (var (room, found) in _rooms)
                if (found.Listener.IsGone)
                    _rooms.Remove(room);
            return _rooms.Count;
        }
    }

    /// <returns>False if the connection has gone meanwhile.</returns>
    public bool TryAdd(RoomId room, ConnectionRoom joined)
    {
        lock (_rooms)
        {
            if (!_ended) _rooms[room] = joined;
            return !_ended;
        }
    }

    public ConnectionRoom? Remove(RoomId room)
    {
        lock (_rooms) return _rooms.Remove(room, out var left) ? left : null;
    }

    /// <summary>The connection is gone; it enters no more rooms.</summary>
    public ConnectionRoom[] End()
    {
        lock (_rooms)
        {
            _ended = true;
            return [.. _rooms.Values];
        }
    }
}

internal sealed class ConnectionRoom(LocalRoom room, RoomListener listener)
{
    private long _typedAt = long.MinValue;

    public LocalRoom Room => room;

    public RoomListener Listener => listener;

    /// <summary>Whether typing counts again: at most once in <paramref name="period"/>.</summary>
    public bool MayType(TimeProvider time, TimeSpan period)
    {
        var now = time.GetTimestamp();
        if (_typedAt != long.MinValue && time.GetElapsedTime(_typedAt, now) < period) return false;
        _typedAt = now;
        return true;
    }
}
