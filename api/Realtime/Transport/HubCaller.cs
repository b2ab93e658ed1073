using Engage.Api.Limits;

namespace Engage.Api.Realtime.Transport;

/// <summary>Against whom an open connection counts.</summary>
/// <param name="User">Null: nobody who is counted.</param>
/// <param name="Network">What one customer of a provider has, of which the client's address is.</param>
internal readonly record struct HubCaller(string? User, string Network)
{
    public static HubCaller Of(HttpContext context) =>
        new(RateLimits.CountedAs(context.User), RateLimits.NetworkOf(context.Connection.RemoteIpAddress));
}

/// <summary>What comes of asking for a connection.</summary>
internal enum Reservation
{
    Made = 0,

    /// <summary>A connection of this id is open, or about to be.</summary>
    AlreadyOpen = 1,

    /// <summary>The user has <see cref="HubTransportOptions.ConnectionsPerUser"/>.</summary>
    TooManyOfUser = 2,

    /// <summary>The network has <see cref="HubTransportOptions.ConnectionsPerAddress"/>.</summary>
    TooManyOfAddress = 3,
}
