using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime.Transport;

/// <summary>The clients of this node, and what was sent to all there ever were.</summary>
internal sealed class HubConnections(IOptions<HubTransportOptions> options)
{
    private readonly ConcurrentDictionary<string, Place> _open = new(StringComparer.Ordinal);
    private readonly HubSeats _seats = new(options.Value.ConnectionsPerUser, options.Value.ConnectionsPerAddress);
    private readonly Lock _gate = new();
    private readonly OutboxFigures _gone = new();
    private volatile bool _stopping;

    public int Count => _open.Count;

    /// <summary>Bytes that wait for clients, over all.</summary>
    public long WaitingBytes => Open.Sum(connection => connection.Outbox.WaitingBytes);

    /// <summary>Neither a snapshot nor blocking: who comes or goes meanwhile may be in it or not.</summary>
    public IEnumerable<HubConnection> Open => _open.Select(entry => entry.Value.Connection).OfType<HubConnection>();

    /// <summary>Whether another connection of this caller would be let in now.</summary>
    public Reservation WhatIsLeft(HubCaller caller)
    {
        lock (_gate) return _seats.WhatIsLeft(caller);
    }

    /// <summary>What is reserved has to be released, whether a connection comes of it or not.</summary>
    public Reservation TryReserve(string id, HubCaller caller)
    {
        lock (_gate)
        {
            if (_open.ContainsKey(id)) return Reservation.AlreadyOpen;

            var left = _seats.WhatIsLeft(caller);
            if (left == Reservation.Made) _open[id] = new(_seats.Take(caller));
            return left;
        }
    }

    public void Add(HubConnection connection)
    {
        _open[connection.ConnectionId].Connection = connection;
        if (_stopping) connection.RequestClose(CloseCodes.GoingAway);
    }

    public void Release(string id)
    {
        lock (_gate)
        {
            if (!_open.TryRemove(id, out var place)) return;

            _seats.Leave(place.Seats);
            if (place.Connection is { } connection) _gone.Add(connection.Outbox.Figures);
        }
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

    private sealed class Place((HubSeats.Seat? User, HubSeats.Seat Network) seats)
    {
        private volatile HubConnection? _connection;

        public (HubSeats.Seat? User, HubSeats.Seat Network) Seats { get; } = seats;

        /// <summary>Null while its WebSocket is being opened.</summary>
        public HubConnection? Connection
        {
            get => _connection;
            set => _connection = value;
        }
    }
}
