namespace Engage.Recommend;

/// <summary>One question to a <see cref="RecommenderSnapshot"/>.</summary>
/// <param name="User">The user as of now.</param>
/// <param name="Limit">Most items wanted, 1 to <see cref="RecommenderOptions.LimitMax"/>.</param>
/// <param name="NowMs">Unix time in milliseconds.</param>
public readonly record struct RecommendQuery(UserContext User, int Limit, long NowMs)
{
    /// <summary>Whose answer it is, to ask what she would think of an item; null: nobody's.</summary>
    public string? UserId { get; init; }

    /// <summary>The user's last actions, oldest first, to foresee whether she will stay away; null: nobody
    /// knows.</summary>
    public UserAction[]? Actions { get; init; }

    /// <summary>What may be shown at all.</summary>
    public FeedRules Rules { get => field ?? FeedRules.None; init; }

    /// <summary>The ranker's own order, without re-ranking; what the rules forbid is left out all the same. For
    /// measuring.</summary>
    public bool AsRanked { get; init; }

    /// <summary>How much of the answer is drawn instead of ranked; none unless asked for.</summary>
    public Exploration Exploration { get; init; }

    /// <summary>What is wrong with it, null when it can be answered: one bad query must not fail its batch.</summary>
    public ArgumentException? Check()
    {
        if (User is null)
            return new ArgumentNullException(
                nameof(User), "A query needs a user; UserContext.Empty stands for nobody.");
        if (Limit is < 1 or > RecommenderOptions.LimitMax)
            return new ArgumentOutOfRangeException(
                nameof(Limit), Limit, $"A limit must be 1 to {RecommenderOptions.LimitMax}.");
        if (User.RecentItems.Length != User.RecentWeights.Length || User.RecentItems.Length != User.RecentAtMs.Length)
            return new ArgumentException(
                $"The recent lists must be parallel; got {User.RecentItems.Length} items, {User.RecentWeights.Length} "
                + $"weights and {User.RecentAtMs.Length} times.", nameof(User));
        if (User.ShownItems.Length != User.ShownTimes.Length || User.ShownItems.Length != User.ShownAtMs.Length)
            return new ArgumentException(
                $"The shown arrays must be parallel; got {User.ShownItems.Length} items, {User.ShownTimes.Length} "
                + $"counts and {User.ShownAtMs.Length} times.", nameof(User));
        foreach (var weight in User.RecentWeights.Span)
            if (!(weight > 0 && float.IsFinite(weight)))
                return new ArgumentException($"A recent weight is {weight}; it must be positive.", nameof(User));
        return null;
    }
}

/// <summary>A recommended item.</summary>
/// <param name="Score">The ranker's logit and what re-ranking added; comparable within one answer only.</param>
public readonly record struct RankedItem(string Item, float Score, RecommendReason Reason)
{
    /// <summary>Probability that this place of the answer shows this item, in (0, 1].</summary>
    public float Propensity { get; init; } = 1;

    /// <summary>Whether it was drawn instead of being ranked there.</summary>
    public bool Explored { get; init; }
}

/// <summary>What each stage of a recommender gives one query, best first; see <see
/// cref="RecommenderSnapshot.ByStage"/>.</summary>
/// <param name="Served">What users get.</param>
/// <param name="Ranked">The ranker's own order.</param>
/// <param name="Found">What the two-tower model alone would give.</param>
public sealed record StageAnswers(string[] Served, string[] Ranked, string[] Found);

/// <summary>The candidate source that spoke most clearly for an item.</summary>
public enum RecommendReasonKind
{
    /// <summary>Often taken together with an item the user took.</summary>
    BecauseYouTook,

    /// <summary>Taken by many just now.</summary>
    Trending,

    /// <summary>By a creator the user follows.</summary>
    FollowedCreator,

    /// <summary>Its title, description or tags resemble an item the user took.</summary>
    SimilarContent,

    /// <summary>The learned taste of users with a similar history.</summary>
    PeopleLikeYou,

    /// <summary>Published lately.</summary>
    New,

    /// <summary>By chance, to find out.</summary>
    Explore,
}

/// <summary>Why an item is recommended.</summary>
/// <param name="Related">Id of the item (<see cref="RecommendReasonKind.BecauseYouTook"/>,
/// <see cref="RecommendReasonKind.SimilarContent"/>) or creator (<see cref="RecommendReasonKind.FollowedCreator"/>)
/// meant.</param>
public readonly record struct RecommendReason(RecommendReasonKind Kind, string? Related)
{
    /// <summary>Why it stands higher than its score alone would put it.</summary>
    public RerankEffect Effect { get; init; }
}
