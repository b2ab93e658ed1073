namespace Engage.Contracts.Activity;

/// <summary>
/// One fact about one user, immutable once journaled. The client names it (<see cref="EventId"/>), so that sending it
/// again is harmless. docs/protocol.md, "Events", has the rules; <see cref="ActivityEventRules"/> keeps them.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.activity-event")]
public sealed record ActivityEvent
{
    /// <summary>Unique for the user.</summary>
    [Id(0)] public required Guid EventId { get; init; }
    [Id(1)] public required UserId User { get; init; }
    [Id(2)] public required ActivityKind Kind { get; init; }
    [Id(3)] public ContentId? Content { get; init; }
    [Id(4)] public CommunityId? Community { get; init; }
    [Id(5)] public CreatorId? Creator { get; init; }

    /// <summary>Share done (progressed), stars (rated) or minor units (purchased); null for other kinds.</summary>
    [Id(6)] public double? Value { get; init; }

    /// <summary>UTC, millisecond resolution.</summary>
    [Id(7)] public required DateTimeOffset OccurredAt { get; init; }
    [Id(8)] public string? Session { get; init; }
    [Id(9)] public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>An event and its place in its partition of the journal. Offsets start at 1 and have no gaps.</summary>
[GenerateSerializer, Immutable, Alias("engage.journaled-event")]
public readonly record struct JournaledEvent([property: Id(0)] long Offset, [property: Id(1)] ActivityEvent Event);

/// <summary>The events of one partition that concern one actor, in order of offset.</summary>
/// <param name="Before">
/// The offset that this actor was given last since the checkpoint, 0 for none: an actor that does not hold it has lost
/// its memory and must say so, or the next batch would hide the gap.
/// </param>
[GenerateSerializer, Immutable, Alias("engage.journal-batch")]
public sealed record JournalBatch(
    [property: Id(0)] int Partition,
    [property: Id(1)] JournaledEvent[] Events,
    [property: Id(2)] long Before = 0);
