namespace Engage.Api.Authorization;

/// <summary>Which bucket a call is counted in, besides that of its address.</summary>
internal enum Limit
{
    /// <summary>That of the caller.</summary>
    Caller = 0,

    /// <summary>That of sign-ins from one address: each costs a slow hash, and each is a guess.</summary>
    SignIn = 1,

    /// <summary>That of guests from one address, who cost little: a whole hall may look in at once.</summary>
    Guest = 2,
}

/// <summary>Who may call one surface: a route with its method, or a method of the hub. A line of the table.</summary>
/// <param name="Surface">
/// As the route is mapped, <c>GET /v1/rooms/{id}</c>, with <c>*</c> for any method; or <c>hub Act</c>.
/// </param>
/// <param name="Who">Everybody else is refused before the handler is asked.</param>
/// <param name="Of">
/// What a guest or user must have to do with the thing that is named; services and operators need not. Null: nothing.
/// </param>
/// <param name="Then">
/// What the handler decides by itself, since it depends on the body or on how things stand at that moment. Null:
/// nothing.
/// </param>
/// <param name="Limit">How the call is counted.</param>
/// <param name="Code">
/// Whether a person needs a code of her authenticator, at most ten minutes old: what moves money out, or looks at
/// others. Services have none, and are not asked.
/// </param>
/// <param name="OperatorCode">
/// Whether only an operator needs one: what is hers by her role alone, and others' by what is theirs.
/// </param>
internal sealed record AccessRule(
    string Surface, Who Who, Ownership? Of = null, string? Then = null, Limit Limit = Limit.Caller, bool Code = false,
    bool OperatorCode = false)
{
    private const string Hub = "hub";

    /// <summary>The HTTP method, <c>*</c>, or <c>hub</c>.</summary>
    public string Method { get; } = Surface[..Surface.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The route's pattern, or the name of the hub's method.</summary>
    public string Path { get; } = Surface[(Surface.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    public bool IsHub => Method == Hub;

    /// <summary>Whether somebody with these roles may call at all, whatever it is that she names.</summary>
    public bool Admits(Who caller) => (Who & caller) != Who.Nobody;

    /// <summary>
    /// Whether <see cref="Of"/> has to hold for this caller: a role that may act for anybody spares her the question.
    /// </summary>
    public bool Binds(Who caller) => Of is not null && (Who & caller & (Who.Service | Who.Operator)) == Who.Nobody;

    /// <summary>Whether somebody with these roles has to have given a code just now.</summary>
    public bool AsksForCode(Who caller) => (caller & Who.Service) == Who.Nobody
        && (Code || (OperatorCode && (caller & Who.Operator) != Who.Nobody));
}
