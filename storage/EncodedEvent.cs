using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts.Activity;

namespace Engage.Storage;

/// <summary>An event ready to be written: encoded by its caller, so that the one writer only moves bytes.</summary>
internal readonly record struct EncodedEvent(ActivityEvent Event, int Partition, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="ArgumentException">An event cannot be stored: no event id, no user, a value that is not a
    /// number.</exception>
    public static EncodedEvent[] Encode(IReadOnlyList<ActivityEvent> events, int partitionCount)
    {
        var buffer = new ArrayBufferWriter<byte>(128 * Math.Max(1, events.Count));
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        var ends = new int[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            Check(events[i], i);
            EventBody.Encode(events[i], writer);
            writer.Flush();
            writer.Reset();
            ends[i] = buffer.WrittenCount;
        }

        var encoded = new EncodedEvent[events.Count];
        for (var i = 0; i < encoded.Length; i++)
        {
            var start = i == 0 ? 0 : ends[i - 1];
            encoded[i] = new(
                EventBody.Normalize(events[i]),
                UserPartition.Of(events[i].User, partitionCount),
                buffer.WrittenMemory[start..ends[i]]);
        }
        return encoded;
    }

    /// <exception cref="ArgumentException">The event cannot be stored; the text names it.</exception>
    public static void Check(ActivityEvent activity, int index)
    {
        if (activity.EventId == Guid.Empty)
            throw new ArgumentException(
                $"Event {index} of the append has no event id; expected a UUID chosen by the client.");
        if (string.IsNullOrEmpty(activity.User.Value))
            throw new ArgumentException($"Event {index} of the append ({activity.EventId}) has no user.");
        if (activity.Value is { } value && !double.IsFinite(value))
            throw new ArgumentException(
                $"Event {index} of the append ({activity.EventId}) has the value {value}; expected a number.");
    }
}
