using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>The room is made known; it begins when somebody starts it.</summary>
internal sealed record Scheduled(DateTimeOffset For) : RoomFact
{
    private static readonly JsonEncodedText ForName = JsonNames.Name("for");

    public override RoomEntryKind Kind => RoomEntryKind.Scheduled;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json) => RoomTime.WriteTo(json, ForName, For);
    public static Scheduled Read(JsonElement json) => new(json.GetProperty("for").GetDateTimeOffset());
}

internal sealed record Started : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Started;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json)
    {
    }
}

internal sealed record Ended : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Ended;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json)
    {
    }
}

/// <summary>How many came and went since the last such entry; written by the room itself.</summary>
internal sealed record PresenceChanged(int Present, int Joined, int Left) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.PresenceChanged;
    public override RoomAudience Audience => RoomAudience.Nobody;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Present, Present);
        json.WriteNumber(JsonNames.Joined, Joined);
        json.WriteNumber(JsonNames.Left, Left);
    }

    public static PresenceChanged Read(JsonElement json) => new(
        json.GetProperty("present").GetInt32(), json.GetProperty("joined").GetInt32(),
        json.GetProperty("left").GetInt32());
}
