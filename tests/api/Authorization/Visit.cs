using Engage.Api.Authorization;

namespace Engage.Api.Tests.Authorization;

/// <summary>What the table says will come of a call.</summary>
internal enum Expected
{
    /// <summary>The handler answers, whatever it says.</summary>
    Admitted = 0,

    /// <summary>401: sign in first.</summary>
    Unauthenticated = 1,

    /// <summary>403: not with this role.</summary>
    RoleRefused = 2,

    /// <summary>403, or 404 where whether it exists is nobody else's business.</summary>
    NotHers = 3,
}

/// <summary>Whose the thing is that the call names.</summary>
internal enum Side
{
    /// <summary>The rule asks for no ownership.</summary>
    Any = 0,
    Own = 1,
    Other = 2,
}

/// <summary>One call of the walk: a surface, as somebody, with a thing of hers or of somebody else.</summary>
internal sealed record Visit(AccessRule Rule, Who Role, Side Side)
{
    /// <summary>All that the token of this role says: an operator is a person with an account, too.</summary>
    public Who Token => Role == Who.Operator ? Who.Operator | Who.User : Role;

    public Expected Expected =>
        !Rule.Admits(Token) ? Role == Who.Anonymous ? Expected.Unauthenticated : Expected.RoleRefused
        : Rule.Binds(Token) && Side == Side.Other ? Expected.NotHers
        : Expected.Admitted;

    public override string ToString() => $"{Rule.Surface} as {Role}" + (Side == Side.Any ? "" : $", {Side}");

    /// <summary>Every surface, as everybody, with her own things and those of others.</summary>
    public static IReadOnlyList<Visit> Plan(IEnumerable<AccessRule> rules) =>
    [
        .. from rule in rules
           from role in WhoCalls.All
           from side in rule.Of is null ? new[] { Side.Any } : [Side.Own, Side.Other]
           select new Visit(rule, role, side),
    ];
}
