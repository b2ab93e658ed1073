using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <param name="After">The last place that the client has seen; null: it comes new.</param>
/// <param name="Limit">Entries for one who comes new.</param>
internal sealed record JoinRequest(long? After, int Limit)
{
    public const int LimitDefault = 50;
    public const int LimitMax = 200;
}

/// <summary>
/// The answer to a join, written from the bytes of log and state as they are. Once it is written, what came since may
/// follow it.
/// </summary>
/// <param name="Phase">JSON.</param>
/// <param name="Entries">Some of which may be for moderators only.</param>
/// <param name="State">JSON, shared.</param>
[JsonConverter(typeof(JoinAnswerConverter))]
internal sealed record JoinAnswer(
    Room Definition, byte[] Phase, Person Me, Standing Standing, string Mode, long Seq, LoggedEntry[] Entries,
    bool Moderates, byte[] State, LocalRoom LocalRoom, RoomListener Listener)
{
    public const string Recent = "recent";
    public const string Resumed = "resumed";
    public const string Reload = "reload";
}

internal sealed class JoinAnswerConverter : JsonConverter<JoinAnswer>
{
    private static readonly JsonEncodedText Room = JsonEncodedText.Encode("room"),
        Phase = JsonEncodedText.Encode("phase"), Me = JsonEncodedText.Encode("me"),
        Mode = JsonEncodedText.Encode("mode"), Seq = JsonEncodedText.Encode("seq"),
        Entries = JsonEncodedText.Encode("entries"), State = JsonEncodedText.Encode("state");

    public override JoinAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("An answer is only ever written.");

    public override void Write(Utf8JsonWriter writer, JoinAnswer value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteRoom(writer, value, options);
        WriteMe(writer, value);
        writer.WriteString(Mode, value.Mode);
        writer.WriteNumber(Seq, value.Seq);
        writer.WriteStartArray(Entries);
        foreach (var entry in value.Entries)
            if (RoomMessages.IsFor(entry, value.Moderates))
                writer.WriteRawValue(entry.Json, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WritePropertyName(State);
        writer.WriteRawValue(value.State, skipInputValidation: true);
        writer.WriteEndObject();

        // The hub writes this answer to its client's outbox now: from then on pushes may follow.
        value.Listener.Outbox.AfterAnswer(() => value.LocalRoom.Answered(value.Listener));
    }

    /// <summary>The definition's own members, and the phase.</summary>
    private static void WriteRoom(Utf8JsonWriter writer, JoinAnswer value, JsonSerializerOptions options)
    {
        writer.WritePropertyName(Room);
        var room = JsonSerializer.SerializeToUtf8Bytes(value.Definition, options);
        var joined = new ArrayBufferWriter<byte>(room.Length + 32);
        joined.Write(room.AsSpan(..^1));
        if (value.Phase.Length > 0)
        {
            joined.Write(",\"phase\":"u8);
            joined.Write(value.Phase);
        }
        joined.Write("}"u8);
        writer.WriteRawValue(joined.WrittenSpan, skipInputValidation: true);
    }

    private static void WriteMe(Utf8JsonWriter writer, JoinAnswer value)
    {
        writer.WriteStartObject(Me);
        writer.WriteString("user", value.Me.User.Value);
        writer.WriteString("name", value.Me.Name);
        writer.WriteString("role", JsonNamingPolicy.CamelCase.ConvertName(value.Standing.Role.ToString()));
        WriteTime("mutedUntil", value.Standing.MutedUntil);
        writer.WriteEndObject();

        void WriteTime(string name, DateTimeOffset? time)
        {
            if (time is { } at) writer.WriteString(name, UtcMillisecondsConverter.ToText(at));
        }
    }
}

internal sealed class RoomClosedToException(Contracts.RoomId room, DateTimeOffset? until, string? reason) : Exception(
    $"You may not be in room '{room}' {Until(until)}" + (string.IsNullOrEmpty(reason) ? "." : $": {reason}."))
{
    public DateTimeOffset? End => until;

    public string? Reason => reason;

    private static string Until(DateTimeOffset? until) =>
        until is null || until == DateTimeOffset.MaxValue
            ? "any more"
            : $"until {UtcMillisecondsConverter.ToText(until.Value)}";
}
