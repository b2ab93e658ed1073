using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>A hand goes up, down, or is called. The queue is for moderators; who is called is for everyone.</summary>
/// <param name="Move">HandRaised, HandLowered or HandCalled.</param>
internal sealed record HandMoved(RoomEntryKind Move, UserId User, string Name) : RoomFact
{
    private static readonly JsonEncodedText WhoseName = JsonNames.Name("userName");

    public override RoomEntryKind Kind => Move;
    public override RoomAudience Audience =>
        Move == RoomEntryKind.HandCalled ? RoomAudience.Everyone : RoomAudience.Moderators;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.User, User.Value);
        json.WriteString(WhoseName, Name);
    }

    public static HandMoved Read(RoomEntryKind move, JsonElement json) =>
        new(move, json.ReadUser("user"), json.ReadText("userName"));
}
