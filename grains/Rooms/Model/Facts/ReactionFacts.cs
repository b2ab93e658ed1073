using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>One person's reaction to one message; others see totals.</summary>
internal sealed record ReactedTo(long Target, string Emoji, bool On) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.ReactedTo;
    public override RoomAudience Audience => RoomAudience.Nobody;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Target, Target);
        json.WriteString(JsonNames.Emoji, Emoji);
        json.WriteBoolean(JsonNames.On, On);
    }

    public static ReactedTo Read(JsonElement json) =>
        new(json.GetProperty("target").GetInt64(), json.ReadText("emoji"), json.ReadFlag("on"));
}

/// <summary>Reactions to the moment, counted per emoji; in the order that they are given in.</summary>
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
