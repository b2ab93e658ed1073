using Engage.Contracts.Activity;
using Engage.Storage.Sqlite.Keys;

namespace Engage.Storage.Sqlite;

/// <summary>An event on its way into the journal: everything about it that its caller can work out.</summary>
internal readonly record struct JournalEntry(string User, EventKey Key, int Partition, ReadOnlyMemory<byte> Record)
{
    private const int ScratchBytesMax = 1 << 20;

    [ThreadStatic]
    private static RecordBuffer? _scratch;

    /// <exception cref="ArgumentException">An event cannot be stored; the text names it.</exception>
    public static JournalEntry[] Encode(IReadOnlyList<ActivityEvent> events, int partitionCount)
    {
        var buffer = _scratch ??= new RecordBuffer(1_024);
        buffer.Clear(ScratchBytesMax);
        Span<int> ends = events.Count <= 64 ? stackalloc int[events.Count] : new int[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            EncodedEvent.Check(events[i], i);
            JournalRecord.Write(events[i], buffer);
            ends[i] = buffer.Length;
        }

        ReadOnlyMemory<byte> records = buffer.Written.ToArray();
        var entries = new JournalEntry[events.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = Of(events[i], records[(i == 0 ? 0 : ends[i - 1])..ends[i]], partitionCount);
        return entries;
    }

    private static JournalEntry Of(ActivityEvent activity, ReadOnlyMemory<byte> record, int partitionCount)
    {
        var user = activity.User.Value;
        var hash = UserPartition.Hash(user);
        return new(user, EventKey.Of(hash, activity.EventId), (int)(hash % (ulong)partitionCount), record);
    }
}
