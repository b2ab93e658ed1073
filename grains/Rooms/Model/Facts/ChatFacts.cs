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
    public override Guid? MessageId => Held is null ? Id : null;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Id, Id);
        json.WriteString(JsonNames.Text, Text);
        if (ReplyTo is { } target) json.WriteNumber(JsonNames.ReplyTo, target);
        json.WriteUsers(JsonNames.Mentions, Mentions);
        if (Held is { } held) json.WriteNumber(JsonNames.Held, held);
    }

    public static Said Read(JsonElement json) => new(
        json.GetProperty("id").GetGuid(), json.ReadText("text"), json.ReadNumber("replyTo"),
        json.ReadUsers("mentions"), json.ReadNumber("held"));

    public bool Equals(Said? other) =>
        other is not null && Id == other.Id && Text == other.Text && ReplyTo == other.ReplyTo && Held == other.Held &&
        Mentions.AsSpan().SequenceEqual(other.Mentions);

    public override int GetHashCode() => Id.GetHashCode();
}

/// <summary>Reactions to the moment, counted; in the order of their emoji.</summary>
internal sealed record Reacted(EmojiCount[] Counts) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Reacted;
    public override RoomAudience Audience => RoomAudience.Everyone;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject(JsonNames.Counts);
        foreach (var (emoji, count) in Counts) json.WriteNumber(emoji, count);
        json.WriteEndObject();
    }

    public static Reacted Read(JsonElement json) => new(
    [
        .. json.GetProperty("counts").EnumerateObject()
            .Select(member => new EmojiCount(member.Name, member.Value.GetInt32())),
    ]);

    public bool Equals(Reacted? other) => other is not null && Counts.AsSpan().SequenceEqual(other.Counts);
    public override int GetHashCode() => Counts.Length;
}
