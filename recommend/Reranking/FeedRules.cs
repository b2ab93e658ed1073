namespace Engage.Recommend;

/// <summary>What may be shown at all, whatever it scores. Null where nothing is asked.</summary>
/// <param name="Region">Where the user is, ISO 3166-1 alpha-2: items offered in certain regions only must name
/// it.</param>
/// <param name="PriceMaxMinor">Highest price in minor units of <paramref name="Currency"/>; items without a price
/// pass, items priced in another currency do not.</param>
/// <param name="Currency">ISO 4217, three letters.</param>
/// <param name="AvailableAtMs">Unix time in milliseconds by the wall clock: what is published later is not
/// shown.</param>
public sealed record FeedRules(
    string? Region = null, long? PriceMaxMinor = null, string? Currency = null, long? AvailableAtMs = null)
{
    /// <summary>Everything may be shown.</summary>
    public static FeedRules None { get; } = new();
}
