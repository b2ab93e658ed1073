using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// A room's pushes as hub messages, put together from bytes that exist already: nothing is serialized again. Ids of
/// rooms are safe in JSON as they are (<see cref="IdText"/>).
/// </summary>
internal static class RoomMessages
{
    private const byte RecordSeparator = 0x1e;

    /// <summary>Entries above <paramref name="after"/> up to <paramref name="to"/>.</summary>
    /// <param name="output">Is cleared first; may be used again.</param>
    /// <param name="moderator">Whether what is for moderators is meant for this reader too.</param>
    /// <param name="state">A JSON object; empty: nothing changed.</param>
    public static PushFrame Batch(
        ArrayBufferWriter<byte> output, RoomId room, long after, long to,
        ReadOnlySpan<LoggedEntry> entries, bool moderator, ReadOnlySpan<byte> state)
    {
        Begin(output, "room"u8, room);
        output.Write(",\"after\":"u8);
        WriteNumber(output, after);
        output.Write(",\"to\":"u8);
        WriteNumber(output, to);
        output.Write(",\"entries\":["u8);
        WriteEntries(output, entries, moderator);
        output.Write("]"u8);
        if (state.Length > 0)
        {
            output.Write(",\"state\":"u8);
            output.Write(state);
        }
        return End(output);
    }

    public static PushFrame Reload(RoomId room, long seq)
    {
        var output = new ArrayBufferWriter<byte>(128);
        Begin(output, "roomReload"u8, room);
        output.Write(",\"seq\":"u8);
        WriteNumber(output, seq);
        return End(output);
    }

    public static PushFrame Closed(RoomId room, Removal removal)
    {
        var output = new ArrayBufferWriter<byte>(256);
        Begin(output, "roomClosed"u8, room);
        WriteText(output, ",\"reason\":"u8, removal.Reason);
        if (removal.Until is { } until && until != DateTimeOffset.MaxValue)
            WriteText(output, ",\"until\":"u8, UtcMillisecondsConverter.ToText(until));
        WriteText(output, ",\"detail\":"u8, Detail(room, removal));
        return End(output);
    }

    public static bool IsFor(LoggedEntry entry, bool moderator) =>
        entry.Audience == RoomAudience.Everyone || (moderator && entry.Audience == RoomAudience.Moderators);

    public static void WriteEntries(IBufferWriter<byte> output, ReadOnlySpan<LoggedEntry> entries, bool moderator)
    {
        var first = true;
        foreach (var entry in entries)
        {
            if (!IsFor(entry, moderator)) continue;
            if (!first) output.Write(","u8);
            output.Write(entry.Json);
            first = false;
        }
    }

    public static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(number, span, out var written);
        output.Advance(written);
    }

    private static string Detail(RoomId room, Removal removal) => removal.Until switch
    {
        null => $"You may not be in room '{room}' any longer ({removal.Reason}).",
        { } until when until == DateTimeOffset.MaxValue =>
            $"You may not be in room '{room}' any longer ({removal.Reason}, without end).",
        { } until => string.Create(
            CultureInfo.InvariantCulture,
            $"You may not be in room '{room}' until {UtcMillisecondsConverter.ToText(until)} ({removal.Reason})."),
    };

    private static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<byte> name, string text)
    {
        output.Write(name);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStringValue(text);
    }

    private static void Begin(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> target, RoomId room)
    {
        output.ResetWrittenCount();
        output.Write("{\"type\":1,\"target\":\""u8);
        output.Write(target);
        output.Write("\",\"arguments\":[{\"room\":\""u8);
        Encoding.UTF8.GetBytes(room.Value.AsSpan(), output);
        output.Write("\""u8);
    }

    private static PushFrame End(ArrayBufferWriter<byte> output)
    {
        output.Write("}]}"u8);
        output.Write([RecordSeparator]);
        return PushFrame.FromHubMessages(output.WrittenSpan);
    }
}
