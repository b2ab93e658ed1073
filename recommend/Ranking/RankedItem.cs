namespace Engage.Recommend;

/// <summary>One question to a <see cref="RecommenderSnapshot"/>.</summary>
/// <param name="User">The user as of now.</param>
/// <param name="Limit">Most items wanted, 1 to <see cref="RecommenderOptions.LimitMax"/>.</param>
/// <param name="NowMs">Unix time in milliseconds.</param>
public sealed record RecommendQuery(UserContext User, int Limit, long NowMs);

/// <summary>A recommended item.</summary>
/// <param name="Score">The ranker's logit; comparable within one answer only.</param>
public readonly record struct RankedItem(string Item, float Score, RecommendReason Reason);

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
}

/// <summary>Why an item is recommended.</summary>
/// <param name="Related">Id of the item (<see cref="RecommendReasonKind.BecauseYouTook"/>,
/// <see cref="RecommendReasonKind.SimilarContent"/>) or creator (<see cref="RecommendReasonKind.FollowedCreator"/>)
/// meant.</param>
public readonly record struct RecommendReason(RecommendReasonKind Kind, string? Related);
