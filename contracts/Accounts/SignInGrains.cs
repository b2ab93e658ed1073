using Orleans.Concurrency;

namespace Engage.Contracts.Accounts;

/// <summary>
/// One user name or mail address that leads to an account. Key: its blind index, from which nobody without the
/// platform's key learns what it stands for. One turn at a time makes taking it atomic.
/// </summary>
[Alias("engage.ISignInGrain")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes the name and makes the account. If that was interrupted before, it is brought to its end with the new
    /// words.
    /// </summary>
    /// <param name="fresh">The id of the account, unless an interrupted one has another.</param>
    /// <returns>The account's id, or null if the name is taken.</returns>
    [Alias("RegisterAsync")]
    Task<UserId?> RegisterAsync(UserId fresh, [Immutable] Registration registration);

    [AlwaysInterleave, Alias("FindAsync")]
    Task<UserId?> FindAsync();

    /// <summary>Doing it again is harmless.</summary>
    /// <returns>False if it is somebody else's.</returns>
    [Alias("ClaimAsync")]
    Task<bool> ClaimAsync(UserId user);

    /// <summary>Nothing happens if it is not hers.</summary>
    [AlwaysInterleave, Alias("ReleaseAsync")]
    Task ReleaseAsync(UserId user);
}

/// <summary>
/// Slows down guessing. Key: the blind index of a name, known or not, or of an address (<c>a-…</c>); a browser that is
/// known (<c>d-…</c>); or, for letters instead of guesses, the blind index of whom they go to (<c>l-…</c>). Knows
/// nothing but the last hour, in memory.
/// </summary>
[Alias("engage.ISignInThrottleGrain")]
public interface ISignInThrottleGrain : IGrainWithStringKey
{
    /// <summary>Counts a try as failed; <see cref="SucceededAsync"/> takes it back.</summary>
    /// <returns>Zero, or how long to wait: the try is not to be made.</returns>
    [Alias("TryAsync")]
    Task<TimeSpan> TryAsync();

    [Alias("SucceededAsync")]
    Task SucceededAsync();
}

/// <summary>Who runs the platform. Key: <see cref="Key"/>.</summary>
[Alias("engage.IOperatorsGrain")]
public interface IOperatorsGrain : IGrainWithStringKey
{
    const string Key = "all";

    [Alias("ListAsync")]
    Task<UserId[]> ListAsync();

    /// <summary>Doing it again is harmless.</summary>
    /// <returns>False if there is no such account.</returns>
    [Alias("AddAsync")]
    Task<bool> AddAsync(UserId user);

    /// <summary>Doing it again is harmless.</summary>
    /// <param name="evenLast">The next start of the platform then makes a new first operator.</param>
    /// <returns>False if it is the last one, who stays.</returns>
    [Alias("RemoveAsync")]
    Task<bool> RemoveAsync(UserId user, bool evenLast);
}
