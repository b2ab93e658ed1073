using System.Security.Claims;
using Engage.Api.Accounts;

namespace Engage.Api.Authorization;

/// <summary>As whom a caller comes. A token may carry several roles: an operator is a user as well.</summary>
[Flags]
internal enum Who
{
    Nobody = 0,

    /// <summary>Without a token, or with one that does not hold.</summary>
    Anonymous = 1,

    /// <summary>Looks in without an account.</summary>
    Guest = 2,

    /// <summary>A person with an account.</summary>
    User = 4,

    /// <summary>A trusted back end: acts for anybody.</summary>
    Service = 8,

    /// <summary>Runs the platform.</summary>
    Operator = 16,

    /// <summary>Whoever has a token.</summary>
    Known = Guest | User | Service | Operator,

    Anybody = Anonymous | Known,
}

internal static class WhoCalls
{
    /// <summary>The single roles, in the order in which tables show them.</summary>
    public static readonly Who[] All = [Who.Anonymous, Who.Guest, Who.User, Who.Service, Who.Operator];

    /// <returns>All that the caller is; nobody, if the token names no role that we know.</returns>
    public static Who Roles(this ClaimsPrincipal caller)
    {
        if (caller.Identity is not { IsAuthenticated: true }) return Who.Anonymous;

        var roles = Who.Nobody;
        foreach (var claim in caller.Claims)
            if (claim.Type == TokenIssuer.RoleClaim)
                roles |= RoleOf(claim.Value);
        return roles;
    }

    private static Who RoleOf(string role) => role switch
    {
        Accounts.Roles.Guest => Who.Guest,
        Accounts.Roles.User => Who.User,
        Accounts.Roles.Service => Who.Service,
        Accounts.Roles.Operator => Who.Operator,
        _ => Who.Nobody,
    };
}
