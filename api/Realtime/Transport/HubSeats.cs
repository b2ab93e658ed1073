namespace Engage.Api.Realtime.Transport;

/// <summary>
/// How many connections each user and each network has open. One who holds thousands would take memory and sockets from
/// everybody; rates alone do not stop that, since a connection costs as long as it is open. Not safe for threads.
/// </summary>
internal sealed class HubSeats(int perUser, int perAddress)
{
    private readonly Dictionary<string, Seat> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Seat> _networks = new(StringComparer.Ordinal);

    /// <summary>Takes nothing.</summary>
    public Reservation WhatIsLeft(HubCaller caller) =>
        IsFull(_users, caller.User, perUser) ? Reservation.TooManyOfUser
        : IsFull(_networks, caller.Network, perAddress) ? Reservation.TooManyOfAddress
        : Reservation.Made;

    public (Seat? User, Seat Network) Take(HubCaller caller) =>
        (caller.User is null ? null : Take(_users, caller.User), Take(_networks, caller.Network));

    public void Leave((Seat? User, Seat Network) seats)
    {
        if (seats.User is { } user) Leave(_users, user);
        Leave(_networks, seats.Network);
    }

    private static bool IsFull(Dictionary<string, Seat> seats, string? whose, int most) =>
        most > 0 && whose is not null && seats.TryGetValue(whose, out var seat) && seat.Taken >= most;

    private static Seat Take(Dictionary<string, Seat> seats, string whose)
    {
        if (!seats.TryGetValue(whose, out var seat)) seats.Add(whose, seat = new(whose));
        seat.Taken++;
        return seat;
    }

    private static void Leave(Dictionary<string, Seat> seats, Seat seat)
    {
        if (--seat.Taken == 0) seats.Remove(seat.Whose);
    }

    /// <summary>Shared by all connections that count against the same.</summary>
    public sealed class Seat(string whose)
    {
        public string Whose { get; } = whose;

        public int Taken { get; set; }
    }
}
