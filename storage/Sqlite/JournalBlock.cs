using System.Buffers.Binary;

namespace Engage.Storage.Sqlite;

/// <summary>Takes the content of the event at an offset.</summary>
/// <returns>False to stop.</returns>
internal delegate bool RecordVisitor(long offset, ReadOnlySpan<byte> content);

/// <summary>
/// A row of the journal: events of several partitions. Little-endian: how many sections (2 bytes); for each its
/// partition (2), how many events (4) and how many bytes (4); then the sections, each with its records one after
/// another.
/// </summary>
internal static class JournalBlock
{
    private const int CountBytes = 2;
    private const int EntryBytes = 10;

    /// <summary>Sections of one block, before their records.</summary>
    public static void WriteDirectory(IReadOnlyList<(int Partition, int Events, int Bytes)> sections, RecordBuffer to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to.Skip(CountBytes), checked((ushort)sections.Count));
        foreach (var (partition, events, bytes) in sections)
        {
            var entry = to.Skip(EntryBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, checked((ushort)partition));
            BinaryPrimitives.WriteInt32LittleEndian(entry[2..], events);
            BinaryPrimitives.WriteInt32LittleEndian(entry[6..], bytes);
        }
    }

    /// <returns>The records of one partition; none if the block has no section for it.</returns>
    /// <exception cref="StorageException">The directory does not fit the body.</exception>
    public static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> body, int partition, out int events)
    {
        try
        {
            var sections = BinaryPrimitives.ReadUInt16LittleEndian(body);
            var start = CountBytes + (sections * EntryBytes);
            for (var at = CountBytes; at < CountBytes + (sections * EntryBytes); at += EntryBytes)
            {
                var bytes = BinaryPrimitives.ReadInt32LittleEndian(body[(at + 6)..]);
                events = BinaryPrimitives.ReadInt32LittleEndian(body[(at + 2)..]);
                if (BinaryPrimitives.ReadUInt16LittleEndian(body[at..]) == partition) return body.Slice(start, bytes);
                start += bytes;
            }
            events = 0;
            return default;
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new StorageException(
                $"A block of the journal ({body.Length} bytes) has a directory that does not fit it. The row was "
                + "damaged or written by something else; restore the last backup.", error);
        }
    }

    /// <summary>Shows the events of one section that are above an offset, in order.</summary>
    /// <param name="first">The offset of its first.</param>
    /// <param name="check">False: also damaged ones, as long as it can be told where they end.</param>
    /// <returns>False if the visitor stopped.</returns>
    /// <exception cref="StorageException">One of them is damaged; the text names it.</exception>
    public static bool Walk(
        int partition, long first, ReadOnlySpan<byte> records, long after, RecordVisitor visit, bool check = true)
    {
        for (var offset = first; !records.IsEmpty; offset++)
        {
            try
            {
                if (offset <= after) JournalRecord.Next(ref records, check: false);
                else if (!visit(offset, JournalRecord.Next(ref records, check))) return false;
            }
            catch (FormatException error)
            {
                throw new StorageException(
                    $"Event {partition}:{offset} of the journal cannot be read: {error.Message} The row was "
                    + "damaged or written by something else; restore the last backup.", error);
            }
        }
        return true;
    }
}
