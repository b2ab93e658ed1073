using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// An entry as the log keeps it and the wire carries it; docs/protocol.md, "Rooms", lists the members.
/// </summary>
internal static class RoomEntryJson
{
    // A buffer that has grown beyond this, by an entry far larger than any ordinary one, is let go.
    private const int KeptBytesMax = 64 * 1024;

    [ThreadStatic] private static ArrayBufferWriter<byte>? t_buffer;
    [ThreadStatic] private static Utf8JsonWriter? t_json;

    /// <summary>The entry with its bytes: what the log takes.</summary>
    public static LoggedEntry Log(RoomEntry entry) => new(entry.Seq, entry.At, entry.Fact.Kind, entry.Fact.Audience,
        entry.By, entry.Fact.MessageId, Write(entry));

    public static byte[] Write(RoomEntry entry)
    {
        var fact = entry.Fact;
        var json = Begin();
        json.WriteStartObject();
        json.WriteNumber(JsonNames.Seq, entry.Seq);
        RoomTime.WriteTo(json, JsonNames.At, entry.At);
        json.WriteString(JsonNames.Kind, JsonNames.Of(fact.Kind));
        if (entry.By is { } by && !fact.IsAnonymous) json.WriteString(JsonNames.By, by.Value);
        if (entry.Name is { } name) json.WriteString(JsonNames.PersonName, name);
        fact.WriteTo(json);
        json.WriteEndObject();
        return End(json);
    }

    /// <exception cref="JsonException">The bytes are not what <see cref="Write"/> makes of that kind.</exception>
    public static RoomEntry Read(LoggedEntry logged)
    {
        try
        {
            using var document = JsonDocument.Parse(logged.Json);
            var json = document.RootElement;
            return new(logged.Seq, RoomTime.Whole(logged.At), logged.By, json.ReadTextIfAny("name"),
                RoomFactReader.Read(logged, json));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException(
                $"room entry {logged.Seq} of kind {logged.Kind} cannot be read ({e.Message}); the " +
                "log was written by another version or is damaged", e);
        }
    }

    /// <summary>What a writer writes.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var json = Begin();
        write(json);
        return End(json);
    }

    /// <summary>A writer of this thread, until <see cref="End"/>; one at a time.</summary>
    public static Utf8JsonWriter Begin()
    {
        var buffer = t_buffer ??= new(1024);
        var json = t_json ??= new(buffer,
            new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        buffer.ResetWrittenCount();
        json.Reset();
        return json;
    }

    /// <returns>A copy of what was written since <see cref="Begin"/>.</returns>
    public static byte[] End(Utf8JsonWriter json)
    {
        json.Flush();
        var buffer = t_buffer!;
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > KeptBytesMax) (t_buffer, t_json) = (null, null);
        return bytes;
    }
}
