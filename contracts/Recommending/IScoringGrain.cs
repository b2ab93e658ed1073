using Orleans.Concurrency;

namespace Engage.Contracts.Recommending;

/// <summary>Scores on the newest snapshot of its silo; joins concurrent requests into one batch. Any key.</summary>
[Alias("engage.IScoringGrain")]
public interface IScoringGrain : IGrainWithStringKey
{
    /// <remarks>The answer comes with others of its batch; a bad request fails alone.</remarks>
    /// <exception cref="BusyException">More requests wait than the bounded queue holds, or the deadline passed while
    /// this one waited. Nothing was scored; ask again after the time it says.</exception>
    /// <exception cref="ArgumentException">The request cannot be answered, and never will.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    [Alias("RankRequestAsync")]
    Task<Ranking> RankAsync([Immutable] RankingRequest request, CancellationToken cancellationToken);

    [Alias("SimilarAsync")]
    Task<Ranking> SimilarAsync(ContentId content, int limit);

    /// <param name="actions">The user's last actions, oldest first; may be empty.</param>
    [Alias("OutlookAsync")]
    Task<UserOutlook> OutlookAsync([Immutable] RecentAction[] actions);
}

/// <summary>Who is served first when requests wait.</summary>
[GenerateSerializer, Alias("engage.ranking-priority")]
public enum RankingPriority
{
    /// <summary>Somebody looks at the screen and waits.</summary>
    Interactive = 0,

    /// <summary>Nobody would notice a moment's delay: a feed refreshed because others did something.</summary>
    Background = 1,
}

/// <param name="Limit">Most contents wanted, 1 to 200.</param>
[GenerateSerializer, Immutable, Alias("engage.ranking-request")]
public sealed record RankingRequest(
    [property: Id(0)] InterestView Interest, [property: Id(1)] int Limit)
{
    [Id(2)] public RankingPriority Priority { get; init; }

    /// <summary>
    /// How long the answer is of use, from arrival at the scoring grain. Null: the silo's <c>Scoring:Deadline</c>.
    /// </summary>
    [Id(3)] public TimeSpan? Deadline { get; init; }

    /// <summary>Probability that a place is given to a draw from further down, 0 to 1; 0 ranks every place.</summary>
    [Id(4)] public float ExploredShare { get; init; }

    /// <summary>The same seed draws the same places, and the same contents while the candidates last.</summary>
    [Id(5)] public ulong ExplorationSeed { get; init; }
    [Id(6)] public FeedFilter? Filter { get; init; }

    /// <summary>Contents published later are left out; null: none are.</summary>
    [Id(7)] public DateTimeOffset? AvailableAt { get; init; }

    /// <summary>Whose feed it is, to ask what she would think of an item; without a value nobody's.</summary>
    [Id(8)] public UserId User { get; init; }

    /// <summary>Her last actions, oldest first, to foresee whether she will stay away; null: nobody knows.</summary>
    [Id(9)] public RecentAction[]? Actions { get; init; }
}

[GenerateSerializer, Immutable, Alias("engage.ranking")]
public sealed record Ranking([property: Id(0)] long Version, [property: Id(1)] RankedContent[] Contents);

[GenerateSerializer, Immutable, Alias("engage.ranked-content")]
public readonly record struct RankedContent(
    [property: Id(0)] ContentId Content,
    [property: Id(1)] float Score,
    [property: Id(2)] FeedReasonKind Reason,
    [property: Id(3)] string? Related)
{
    /// <summary>Probability that its place shows it; 0 from an older version.</summary>
    [Id(4)] public float Propensity { get; init; }

    /// <summary>Whether it was drawn instead of being ranked there.</summary>
    [Id(5)] public bool Explored { get; init; }
    [Id(6)] public FeedLift? Lift { get; init; }
}
