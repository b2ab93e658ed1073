using System.Text.Json.Serialization;

namespace Engage.Contracts.Catalogue;

/// <summary>A place people join; owns no content, but every content and room belongs to one.</summary>
[GenerateSerializer, Immutable, Alias("engage.community")]
public sealed record Community
{
    [Id(0)] public required CommunityId Id { get; init; }
    [Id(1)] public required LocalizedText Name { get; init; }
    [Id(2)] public LocalizedText? Description { get; init; }
}

/// <summary>Someone who publishes contents in one or more communities.</summary>
[GenerateSerializer, Immutable, Alias("engage.creator")]
public sealed record Creator
{
    [Id(0)] public required CreatorId Id { get; init; }
    [Id(1)] public required LocalizedText Name { get; init; }
    [Id(2)] public LocalizedText? Description { get; init; }
    [Id(3)] public CommunityId[] Communities { get; init => field = value ?? []; } = [];
}

[GenerateSerializer, Alias("engage.content-kind"), JsonConverter(typeof(ContentKindJsonConverter))]
public enum ContentKind
{
    Course = 1,
    Lecture = 2,
    Article = 3,
    Audio = 4,
    Video = 5,
    Series = 6,
}

/// <summary>Something one can take: a course, a lecture, an article.</summary>
[GenerateSerializer, Immutable, Alias("engage.content")]
public sealed record Content
{
    [Id(0)] public required ContentId Id { get; init; }
    [Id(1)] public required ContentKind ContentKind { get; init; }
    [Id(2)] public required CreatorId Creator { get; init; }
    [Id(3)] public required CommunityId Community { get; init; }
    [Id(4)] public required LocalizedText Title { get; init; }
    [Id(5)] public LocalizedText? Description { get; init; }
    [Id(6)] public string[] Tags { get; init => field = value ?? []; } = [];

    /// <summary>Absent in a creation request: now. Until then it is not recommended.</summary>
    [Id(7)] public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Regions it is offered in, ISO 3166-1 alpha-2; empty: everywhere.</summary>
    [Id(8)] public string[] Regions { get; init => field = value ?? []; } = [];

    /// <summary>Null: free, or not sold by itself.</summary>
    [Id(9)] public Money? Price { get; init; }
}
