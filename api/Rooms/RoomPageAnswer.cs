using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>A page of a room's log, written from its bytes as they are.</summary>
/// <param name="Entries">All of which the reader may see.</param>
[JsonConverter(typeof(RoomPageAnswerConverter))]
internal sealed record RoomPageAnswer(IReadOnlyList<LoggedEntry> Entries, long Through, bool More)
{
    public static RoomPageAnswer From(RoomPage page, bool moderates) => new(
        Array.FindAll(page.Entries, entry => RoomMessages.IsFor(entry, moderates)), page.Through, page.More);
}

internal sealed class RoomPageAnswerConverter : JsonConverter<RoomPageAnswer>
{
    public override RoomPageAnswer Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("An answer is only ever written.");

    public override void Write(Utf8JsonWriter writer, RoomPageAnswer value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("entries");
        foreach (var entry in value.Entries) writer.WriteRawValue(entry.Json, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteNumber("through", value.Through);
        writer.WriteBoolean("more", value.More);
        writer.WriteEndObject();
    }
}
