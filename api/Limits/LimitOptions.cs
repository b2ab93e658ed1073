namespace Engage.Api.Limits;

/// <summary>
/// How much one caller may ask, section <c>Limits</c>. Services are trusted and not limited; the journal's own queue
/// bounds them.
/// </summary>
internal sealed class LimitOptions
{
    /// <summary>
    /// Registrations and sign-ins a minute from one address: each costs a slow password hash, and each is a guess.
    /// Default 60.
    /// </summary>
    public int AccountsPerMinute { get; set; } = 60;

    /// <summary>Guests a minute from one address. Default 600: a hall behind one address that comes in at once.</summary>
    public int GuestsPerMinute { get; set; } = 600;

    /// <summary>
    /// Requests a second from one user, sustained; as many calls of the hub. Far above what a person does, far below
    /// what a server can; it keeps one broken client from taking the machine. Default 500.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 500;

    /// <summary>Requests one user may save up. Default 2,000.</summary>
    public int RequestsBurst { get; set; } = 2_000;

    /// <summary>
    /// Requests a second from one address, whoever sends them: a whole lecture hall may sit behind one. Of IPv6 an
    /// address is its /64, of which one machine has all. Default 5,000.
    /// </summary>
    public int AddressRequestsPerSecond { get; set; } = 5_000;

    /// <summary>Requests one address may save up: a hall that comes back at once. Default 50,000.</summary>
    public int AddressRequestsBurst { get; set; } = 50_000;
}
