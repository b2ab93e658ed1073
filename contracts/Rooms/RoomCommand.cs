namespace Engage.Contracts.Rooms;

/// <param name="Batch">
/// Grows by one with each submission of a node: a submission whose outcome got lost is sent again as it was, and what
/// it
/// counts (reactions, presence) is not counted twice.
/// </param>
/// <param name="Entered">People whose first connection at this node came since the last submission.</param>
/// <param name="Left">People whose last connection at this node went.</param>
/// <param name="Reactions">Reactions to the moment since the last submission, counted per emoji.</param>
[GenerateSerializer, Immutable, Alias("engage.room-submission")]
public sealed record RoomSubmission(
    [property: Id(0)] string NodeId,
    [property: Id(1)] long Batch,
    [property: Id(2)] RoomCommand[] Commands,
    [property: Id(3)] Person[] Entered,
    [property: Id(4)] UserId[] Left,
    [property: Id(5)] EmojiCount[] Reactions,
    [property: Id(6)] Person[] Typing);

[GenerateSerializer, Immutable, Alias("engage.emoji-count")]
public readonly record struct EmojiCount([property: Id(0)] string Emoji, [property: Id(1)] int Count);

/// <summary>Somebody, by the name that others see.</summary>
[GenerateSerializer, Immutable, Alias("engage.person")]
public sealed record Person([property: Id(0)] UserId User, [property: Id(1)] string Name);

/// <summary>Somebody wants something done in a room.</summary>
[GenerateSerializer, Immutable, Alias("engage.room-command")]
public sealed record RoomCommand([property: Id(0)] Person By, [property: Id(1)] RoomAction Action);

/// <summary>What became of a command.</summary>
/// <param name="Seq">Of the entry that it made, or made when it was sent before; null if it makes none.</param>
/// <param name="Refusal">Null: done.</param>
/// <param name="Held">It waits for a moderator; others do not see it yet.</param>
[GenerateSerializer, Immutable, Alias("engage.room-outcome")]
public sealed record RoomOutcome(
    [property: Id(0)] long? Seq, [property: Id(1)] RoomRefusal? Refusal, [property: Id(2)] bool Held = false);

/// <param name="Problem">The name of a problem of docs/protocol.md, "Errors".</param>
/// <param name="Detail">What, which id, expected, actual, way out: a sentence for people, in English.</param>
/// <param name="RetryAfter">When to try again; null: trying again does not help.</param>
[GenerateSerializer, Immutable, Alias("engage.room-refusal")]
public sealed record RoomRefusal(
    [property: Id(0)] string Problem, [property: Id(1)] string Detail, [property: Id(2)] TimeSpan? RetryAfter = null);
