using System.Text.Json.Serialization;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Recommending;

/// <summary>What a user is recommended at one moment, best first.</summary>
[GenerateSerializer, Immutable, Alias("engage.feed")]
public sealed record Feed
{
    [Id(0)] public required UserId User { get; init; }

    /// <summary>Of the model snapshot that ranked it.</summary>
    [Id(1)] public required long Version { get; init; }
    [Id(2)] public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>True if the event asked for with <see cref="FeedRequest.After"/> was not applied in time.</summary>
    [Id(3)] public bool Stale { get; init; }

    /// <summary>The user's newest event it takes into account; null before the first.</summary>
    [Id(4)] public JournalPosition? Position { get; init; }
    [Id(5)] public required FeedItem[] Items { get; init; }
}

[GenerateSerializer, Immutable, Alias("engage.feed-item")]
public sealed record FeedItem
{
    [Id(0)] public required ContentId Content { get; init; }
    [Id(1)] public required double Score { get; init; }
    [Id(2)] public required LocalizedText Title { get; init; }
    [Id(3)] public required CreatorId Creator { get; init; }
    [Id(4)] public required CommunityId Community { get; init; }
    [Id(5)] public required ContentKind ContentKind { get; init; }
    [Id(6)] public required FeedReason Reason { get; init; }

    /// <summary>
    /// Probability that this slot shows this content, in (0, 1]. A client says it again in the impression, see
    /// <see cref="ShownSlot"/>.
    /// </summary>
    [Id(7)] public float Propensity { get; init; } = 1;

    /// <summary>Whether it was drawn instead of being ranked there.</summary>
    [Id(8)] public bool Explored { get; init; }
}

/// <summary>Why an item is in the feed, in a form a client can put into words of its reader's language.</summary>
[GenerateSerializer, Immutable, Alias("engage.feed-reason")]
public sealed record FeedReason
{
    [Id(0)] public required FeedReasonKind Kind { get; init; }

    /// <summary>The content or creator it refers to, by <see cref="Kind"/>.</summary>
    [Id(1)] public string? Related { get; init; }
    [Id(2)] public LocalizedText? RelatedTitle { get; init; }

    /// <summary>Why it stands higher than its score alone would put it; null: it does not.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeedLift? Lift { get; init; }
}

/// <summary>What brings an item into a feed besides its score.</summary>
[GenerateSerializer, Alias("engage.feed-lift"), JsonConverter(typeof(JsonStringEnumConverter<FeedLift>))]
public enum FeedLift
{
    /// <summary>It was published lately.</summary>
    [JsonStringEnumMemberName("fresh")] Fresh = 1,

    /// <summary>Others above it are too much alike.</summary>
    [JsonStringEnumMemberName("variety")] Variety = 2,

    /// <summary>Others were shown often and not taken.</summary>
    [JsonStringEnumMemberName("rest")] Rest = 3,

    /// <summary>She is expected to rate it high.</summary>
    [JsonStringEnumMemberName("liked")] Liked = 4,
}

[GenerateSerializer, Alias("engage.feed-reason-kind"), JsonConverter(typeof(JsonStringEnumConverter<FeedReasonKind>))]
public enum FeedReasonKind
{
    [JsonStringEnumMemberName("becauseYouTook")] BecauseYouTook = 1,
    [JsonStringEnumMemberName("trending")] Trending = 2,
    [JsonStringEnumMemberName("followedCreator")] FollowedCreator = 3,
    [JsonStringEnumMemberName("similarContent")] SimilarContent = 4,
    [JsonStringEnumMemberName("peopleLikeYou")] PeopleLikeYou = 5,
    [JsonStringEnumMemberName("new")] New = 6,

    /// <summary>By chance, to find out.</summary>
    [JsonStringEnumMemberName("explore")] Explore = 7,
}

/// <param name="Limit">1 to <see cref="LimitMax"/>.</param>
/// <param name="After">Answer only once this event of the user has been applied; null: at once.</param>
[GenerateSerializer, Immutable, Alias("engage.feed-request")]
public sealed record FeedRequest([property: Id(0)] int Limit, [property: Id(1)] JournalPosition? After)
{
    public const int LimitMax = 100;
    public const int LimitDefault = 10;

    /// <summary>Whether slots may be given to draws: for somebody who looks at them, not for measurements.</summary>
    [Id(2)] public bool Explore { get; init; }

    /// <summary>Null: everything may be in the feed.</summary>
    [Id(3)] public FeedFilter? Filter { get; init; }
}

/// <summary>Contents like another one, best first.</summary>
[GenerateSerializer, Immutable, Alias("engage.similar-contents")]
public sealed record SimilarContents([property: Id(0)] ContentId Content, [property: Id(1)] FeedItem[] Items);
