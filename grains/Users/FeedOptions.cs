using Engage.Recommend;

namespace Engage.Grains.Users;

/// <summary>What is left out of every feed by rule, whatever it scores.</summary>
public sealed class FeedOptions
{
    /// <summary>
    /// Whether contents that a user has an entitlement of her own to are left out: bought, given, or won, until it
    /// ends. What a subscription opens with everything else is not meant. Default true.
    /// </summary>
    public bool LeaveOutOwned { get; set; } = true;

    /// <summary>
    /// How old what is known of her entitlements may be. She is told of each purchase at once; only one whose message
    /// was lost, or a term that ends, waits so long. Positive. Default 5 minutes.
    /// </summary>
    public TimeSpan OwnedAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check() => new OptionRange("Feed").Positive(OwnedAge);
}
