using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>
/// Slows down who guesses codes of coupons and gifts. Key: <see cref="Of"/>, or <see cref="OfAddress"/>. Knows nothing
/// but the last hour, in memory.
/// </summary>
[Alias("engage.ICodeGuessesGrain")]
public interface ICodeGuessesGrain : IGrainWithStringKey
{
    /// <returns>Zero, or how long to wait. Counts nothing.</returns>
    [AlwaysInterleave, Alias("WaitAsync")]
    Task<TimeSpan> WaitAsync();

    /// <summary>Counts a try as wrong; <see cref="RightAsync"/> takes it back.</summary>
    /// <returns>Zero, or how long to wait: the try is not to be made, and was not counted.</returns>
    [Alias("TryAsync")]
    Task<TimeSpan> TryAsync();

    [Alias("RightAsync")]
    Task RightAsync();

    static string Of(UserId user) => $"u:{user.Value}";

    /// <param name="index">The blind index of an address.</param>
    static string OfAddress(string index) => AddressPrefix + index;

    const string AddressPrefix = "a:";
}
