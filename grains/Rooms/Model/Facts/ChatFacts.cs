using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <param name="Held">
/// Seq under which it was held for review, if it was. The author's client id then belongs to that entry.
/// </param>
internal sealed record Said(Guid Id, string Text, long? ReplyTo, UserId[] Mentions, long? Held = null) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Said;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override bool IsReleased => Held is not null;
    public override Guid? MessageId => Held is null ? Id : null;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Id, Id);
        json.WriteString(JsonNames.Text, Text);
        json.WriteIfAny(JsonNames.ReplyTo, ReplyTo);
        json.WriteUsers(JsonNames.Mentions, Mentions);
        json.WriteIfAny(JsonNames.Held, Held);
    }

    public static Said Read(JsonElement json) => new(
        json.GetProperty("id").GetGuid(), json.ReadText("text"), json.ReadNumber("replyTo"),
        json.ReadUsers("mentions"), json.ReadNumber("held"));

    public bool Equals(Said? other) =>
        other is not null && Id == other.Id && Text == other.Text && ReplyTo == other.ReplyTo && Held == other.Held &&
        Mentions.AsSpan().SequenceEqual(other.Mentions);

    public override int GetHashCode() => Id.GetHashCode();
}

/// <param name="Held">As with <see cref="Said"/>.</param>
internal sealed record Edited(long Target, string Text, long? Held = null) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Edited;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override bool IsReleased => Held is not null;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Target, Target);
        json.WriteString(JsonNames.Text, Text);
        json.WriteIfAny(JsonNames.Held, Held);
    }

    public static Edited Read(JsonElement json) =>
        new(json.GetProperty("target").GetInt64(), json.ReadText("text"), json.ReadNumber("held"));
}

/// <summary>A tombstone stays where the message was.</summary>
internal sealed record Deleted(long Target, string? Reason) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Deleted;
    public override RoomAudience Audience => RoomAudience.Everyone;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Target, Target);
        json.WriteIfAny(JsonNames.Reason, Reason);
    }

    public static Deleted Read(JsonElement json) =>
        new(json.GetProperty("target").GetInt64(), json.ReadTextIfAny("reason"));
}

internal sealed record Pinned(long Target) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Pinned;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json) => json.WriteNumber(JsonNames.Target, Target);
}

internal sealed record Unpinned(long Target) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Unpinned;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json) => json.WriteNumber(JsonNames.Target, Target);
}
