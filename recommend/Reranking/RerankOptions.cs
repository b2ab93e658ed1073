namespace Engage.Recommend;

/// <summary>
/// How the ranker's order is adjusted before it is shown. All weights are in logits, the unit of the ranker's scores: 1
/// makes odds of e to 1. 0 switches an adjustment off.
/// </summary>
public sealed record RerankOptions
{
    /// <summary>
    /// Taken off an item for being by the same creator as one above it (maximal marginal relevance, Carbonell and
    /// Goldstein 1998). More spreads a feed over creators at the price of relevance.
    /// </summary>
    public float CreatorRepeat { get; init; } = 0.4f;

    /// <summary>Taken off an item for having the same topics as one above it, by the share of topics in
    /// common.</summary>
    public float TopicRepeat { get; init; } = 0.4f;

    /// <summary>Added to an item published this moment; halves with its age. Gives new contents a first
    /// audience.</summary>
    public float Freshness { get; init; } = 0.3f;

    /// <summary>Age at which half of <see cref="Freshness"/> is left.</summary>
    public TimeSpan FreshnessHalfLife { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Taken off an item for each time it was shown to this user and not taken; halves with the time since it
    /// was last shown.</summary>
    public float Fatigue { get; init; } = 0.25f;

    /// <summary>Impressions beyond which fatigue grows no more.</summary>
    public int FatigueShownMax { get; init; } = 8;

    /// <summary>Time after which half of the fatigue is forgotten.</summary>
    public TimeSpan FatigueHalfLife { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Added to an item for each star by which this user is expected to like it more than the other items of
    /// her answer; only once <see cref="RatingsMin"/> ratings have been learned.</summary>
    public float Satisfaction { get; init; } = 0.15f;

    /// <summary>Ratings before which nobody's liking is foreseen.</summary>
    public long RatingsMin { get; init; } = 1_000;

    /// <summary>
    /// How much more <see cref="Satisfaction"/> counts for a user who may stay away: it is multiplied by 1 + this ·
    /// P(nothing for the <see cref="OutlookOptions.ReturnWindow"/>). Who is about to leave is shown what she would like
    /// best, not what she would take soonest. Only once <see cref="ReturnsMin"/> returns or departures have been
    /// learned. Default 1.
    /// </summary>
    public float Retention { get; init; } = 1;

    /// <summary>Returns and departures before which nobody's staying away is foreseen.</summary>
    public long ReturnsMin { get; init; } = 1_000;

    /// <summary>Items looked at per place of the answer: deeper finds more variety and costs time.</summary>
    public int PoolPerPlace { get; init; } = 4;

    /// <summary>The ranker's own order.</summary>
    public static RerankOptions Off { get; } = new()
    {
        CreatorRepeat = 0, TopicRepeat = 0, Freshness = 0, Fatigue = 0, Satisfaction = 0,
    };

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        var range = new OptionRange("Recommender:Rerank");
        range.AtLeast(0, CreatorRepeat);
        range.AtLeast(0, TopicRepeat);
        range.AtLeast(0, Freshness);
        range.Positive(FreshnessHalfLife);
        range.AtLeast(0, Fatigue);
        range.AtLeast(0, FatigueShownMax);
        range.Positive(FatigueHalfLife);
        range.AtLeast(0, Satisfaction);
        range.AtLeast(0, RatingsMin);
        range.AtLeast(0, Retention);
        range.AtLeast(0, ReturnsMin);
        range.AtLeast(1, PoolPerPlace);
    }
}
