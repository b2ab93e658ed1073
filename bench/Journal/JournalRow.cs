using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Contracts.Activity;

namespace Engage.Bench.Journal;

/// <summary>An event as the row a plain table has for it, with the journal's columns: what the peers write.</summary>
internal readonly record struct JournalRow(
    int Partition, long Offset, string User, int Kind, long OccurredAtMs, Guid EventId, byte[] Body)
{
    private const int Partitions = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A number is used once, so it also makes the place unique.</summary>
    public static JournalRow Of(long number)
    {
        var activity = Workload.Event(number);
        var body = new
        {
            Content = activity.Content?.Value,
            Community = activity.Community?.Value,
            Creator = activity.Creator?.Value,
        };
        return new(
            (int)(number % Partitions), 1 + (number / Partitions), activity.User.Value, (int)activity.Kind,
            activity.OccurredAt.ToUnixTimeMilliseconds(), activity.EventId,
            JsonSerializer.SerializeToUtf8Bytes(body, Json));
    }

    /// <summary>Bytes of the row in a file that holds nothing but rows.</summary>
    public int Encode(Span<byte> target)
    {
        BitConverter.TryWriteBytes(target, Partition);
        BitConverter.TryWriteBytes(target[4..], Offset);
        BitConverter.TryWriteBytes(target[12..], OccurredAtMs);
        EventId.TryWriteBytes(target[20..]);
        target[36] = (byte)Kind;
        target[37] = (byte)User.Length;
        BitConverter.TryWriteBytes(target[38..], (ushort)Body.Length);
        var user = System.Text.Encoding.UTF8.GetBytes(User, target[40..]);
        Body.CopyTo(target[(40 + user)..]);
        return 40 + user + Body.Length;
    }
}
