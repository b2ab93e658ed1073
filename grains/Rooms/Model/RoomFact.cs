using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// One thing that happened in a room, typed; <see cref="RoomEntryJson"/> turns it into the log's bytes and back.
/// </summary>
internal abstract record RoomFact
{
    public abstract RoomEntryKind Kind { get; }
    public abstract RoomAudience Audience { get; }

    /// <summary>The client's id of the action that it follows from, where a retry must be known.</summary>
    public virtual Guid? MessageId => null;

    /// <summary>Whether nobody may read who did it: the log alone keeps it.</summary>
    public virtual bool IsAnonymous => false;

    /// <summary>Whether it was held before and is what a moderator let through: not an act of its author now.</summary>
    public virtual bool IsReleased => false;

    /// <summary>Writes its own members into an object that is open.</summary>
    public abstract void WriteTo(Utf8JsonWriter json);
}

/// <summary>A fact with its place in the log.</summary>
/// <param name="By">Null: the platform itself.</param>
/// <param name="Name">What others read; null where <paramref name="By"/> is, or where it is anonymous.</param>
internal sealed record RoomEntry(long Seq, DateTimeOffset At, UserId? By, string? Name, RoomFact Fact)
{
    /// <summary>Gives a fact its place; the log keeps whole milliseconds.</summary>
    public static RoomEntry Of(long seq, DateTimeOffset at, Person? by, RoomFact fact) =>
        new(seq, RoomTime.Whole(at), by?.User, fact.IsAnonymous ? null : by?.Name, fact);
}
