using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Rooms;

/// <summary>
/// A live lecture or chat: belongs to a community, is held by a creator. What happens in it is its
/// log.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.room")]
public sealed record Room
{
    [Id(0)] public required RoomId Id { get; init; }
    [Id(1)] public required CommunityId Community { get; init; }
    [Id(2)] public required CreatorId Creator { get; init; }
    [Id(3)] public required LocalizedText Title { get; init; }
    [Id(4)] public LocalizedText? Description { get; init; }

    /// <summary>The lecture of the catalogue that is held here; being in the room then counts as joining it.</summary>
    [Id(5)] public ContentId? Content { get; init; }

    /// <summary>When it is meant to begin; null: it is live from its creation.</summary>
    [Id(6)] public DateTimeOffset? ScheduledAt { get; init; }
}

/// <summary>Scheduled, then live, then ended: an ended room can be replayed in step with its time line.</summary>
[GenerateSerializer, Alias("engage.room-phase")]
public enum RoomPhase
{
    Scheduled = 1,
    Live = 2,
    Ended = 3,
}

/// <summary>Who gets to see an entry of a room's log.</summary>
[GenerateSerializer, Alias("engage.room-audience")]
public enum RoomAudience
{
    Everyone = 1,

    /// <summary>Moderators and the owner: what is held for review, and the audit of what they did.</summary>
    Moderators = 2,

    /// <summary>Nobody as it stands: one vote of many, seen only in totals.</summary>
    Nobody = 3,
}

/// <summary>
/// One fact of a room, in the very bytes that the log keeps and the wire carries: encoded once, at its birth.
/// </summary>
/// <param name="Seq">Its place in the room's log: from 1, without gaps over all audiences.</param>
/// <param name="By">Who did it; not in <paramref name="Json"/> when it was done anonymously. Null: the
/// platform.</param>
/// <param name="MessageId">The client's own id, by which a retry is known; null where a retry is harmless
/// anyway.</param>
/// <param name="Json">A JSON object in UTF-8, shared by everybody who reads it: never written to.</param>
[GenerateSerializer, Immutable, Alias("engage.logged-entry")]
public sealed record LoggedEntry(
    [property: Id(0)] long Seq,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] RoomEntryKind Kind,
    [property: Id(3)] RoomAudience Audience,
    [property: Id(4)] UserId? By,
    [property: Id(5)] Guid? MessageId,
    [property: Id(6)] byte[] Json)
{
    /// <summary>
    /// What in <paramref name="Json"/> is not its author's, or not hers alone; null: nothing. Said by the room to its
    /// log, which keeps it apart; <see cref="Told"/> has none.
    /// </summary>
    [Id(7)]
    public TextClaim[]? Claims { get; init; }

    /// <summary>The entry as everybody but the log is told it.</summary>
    public LoggedEntry Told() => Claims is null ? this : this with { Claims = null };
}

/// <summary>Words that an entry has of others, such as a name in a message.</summary>
/// <param name="Text">As it stands in a text of the entry.</param>
/// <param name="Owners">Readable as long as one of them is not erased.</param>
/// <param name="IsWhole">Whether it is a text as a whole; otherwise every place in the entry's texts that has
/// it.</param>
[GenerateSerializer, Immutable, Alias("engage.text-claim")]
public sealed record TextClaim(
    [property: Id(0)] string Text,
    [property: Id(1)] UserId[] Owners,
    [property: Id(2)] bool IsWhole);
