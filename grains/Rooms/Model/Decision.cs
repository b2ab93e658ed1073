using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What a room answers to a command; nothing has changed yet.</summary>
/// <param name="Facts">
/// To be numbered (<see cref="Number"/>), logged and applied, all or none, with nothing in between. Empty: refused, or
/// nothing changes because it is so already.
/// </param>
/// <param name="Refusal">Null: accepted.</param>
/// <param name="Seq">Of an earlier identical action: the answer to a retry.</param>
/// <param name="Standing">To be made durable in the community before the facts are logged.</param>
/// <param name="Removal">Whose connections leave the room.</param>
internal sealed record Decision(
    RoomFact[] Facts,
    RoomRefusal? Refusal = null,
    long? Seq = null,
    StandingChange? Standing = null,
    Removal? Removal = null)
{
    public static readonly Decision Nothing = new([]);

    /// <summary>In whose name each fact is; null: all in the name of whoever commanded it.</summary>
    /// <remarks>A message that a moderator approves appears in its author's name.</remarks>
    public Person?[]? InNameOf { get; init; }

    /// <summary>Whether it waits for a moderator now: the actor is told, since nobody else sees it yet.</summary>
    public bool IsHeld => Facts is [Held];

    public static Decision Refuse(RoomRefusal refusal) => new([], refusal);
    public static Decision Made(params RoomFact[] facts) => new(facts);
    public static Decision Earlier(long seq) => new([], Seq: seq);

    /// <summary>The entries that the facts become when the first is given <paramref name="seq"/>.</summary>
    public RoomEntry[] Number(long seq, DateTimeOffset at, Person? by)
    {
        var entries = new RoomEntry[Facts.Length];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = RoomEntry.Of(seq + i, at, InNameOf is null ? by : InNameOf[i], Facts[i]);
        return entries;
    }
}

/// <summary>JSON objects with the members of the room's state that changed; null: nothing did.</summary>
internal readonly record struct StateChanges(byte[]? Everyone, byte[]? Moderators);
