namespace Engage.Api.Accounts;

/// <summary>The roles that a token may carry, one or more; docs/protocol.md, "Identity".</summary>
internal static class Roles
{
    /// <summary>Looks without an account.</summary>
    public const string Guest = "guest";

    /// <summary>Acts for herself alone.</summary>
    public const string User = "user";

    /// <summary>Runs the platform; a user as well, and only with an authenticator.</summary>
    public const string Operator = "operator";

    /// <summary>A trusted back end.</summary>
    public const string Service = "service";
}
