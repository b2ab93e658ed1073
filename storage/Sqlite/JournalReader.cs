using System.Buffers.Binary;

namespace Engage.Storage.Sqlite;

/// <summary>Finds events in the rows of the journal. Rows are only ever added, so it needs no transaction.</summary>
internal static class JournalReader
{
    private const string First = "SELECT min(block) FROM journal_block";
    private const string Newest = "SELECT block, heads FROM journal_block ORDER BY block DESC LIMIT 1";
    private const string FindHead = "SELECT heads FROM journal_block WHERE block = ?1";
    private const string Find = "SELECT heads, body FROM journal_block WHERE block = ?1";

    /// <returns>The newest block's number and heads; 0 and none for an empty journal.</returns>
    public static (long Block, byte[] Heads) Last(SqliteSession session) =>
        session.Prepare(Newest).Rows(row => (row.Int64(0), row.Blob(1).ToArray())) is [var last] ? last : (0, []);

    public static long Head(ReadOnlySpan<byte> heads, int partition) =>
        heads.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(heads[(partition * sizeof(long))..]);

    /// <summary>Shows the events above an offset in order.</summary>
    /// <inheritdoc cref="JournalBlock.Walk"/>
    public static void Scan(
        SqliteSession session, int partition, long after, RecordVisitor visit, bool check = true)
    {
        var (newest, heads) = Last(session);
        var head = Head(heads, partition);
        var from = after < head ? session.Prepare(First).Scalar()!.Value : newest;
        while (after < head)
        {
            var block = BlockOf(session, partition, after + 1, from, newest);
            if (!Visit(session, block, partition, ref after, visit, check)) return;
            from = block + 1;
        }
    }

    /// <summary>Shows the events at the given offsets, which are in order and not above the head.</summary>
    public static void Pick(SqliteSession session, int partition, IEnumerable<long> offsets, RecordVisitor visit)
    {
        var (newest, _) = Last(session);
        var from = session.Prepare(First).Scalar() ?? 0;
        var goesOn = true;
        foreach (var offset in offsets)
        {
            from = BlockOf(session, partition, offset, from, newest);
            var after = offset - 1;
            Visit(session, from, partition, ref after, VisitOne, check: true);
            if (!goesOn) return;
        }

        bool VisitOne(long offset, ReadOnlySpan<byte> content)
        {
            goesOn = visit(offset, content);
            return false;
        }
    }

    /// <returns>Whose event stands there.</returns>
    public static string? UserAt(SqliteSession session, int partition, long offset)
    {
        string? user = null;
        Pick(session, partition, [offset], (_, content) =>
        {
            user = JournalRecord.User(content);
            return false;
        });
        return user;
    }

    /// <summary>
    /// The first block with which the partition reaches the offset; the last one does. In strides that double from the
    /// beginning, then by halves: when reading on it is nearly always the first asked.
    /// </summary>
    private static long BlockOf(SqliteSession session, int partition, long offset, long from, long to)
    {
        for (long at = from, stride = 1; at < to; at += stride, stride *= 2)
        {
            if (Head(Heads(session, at), partition) >= offset)
            {
                to = at;
                break;
            }
            from = at + 1;
        }
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            if (Head(Heads(session, middle), partition) >= offset) to = middle;
            else from = middle + 1;
        }
        return to;
    }

    private static byte[] Heads(SqliteSession session, long block) =>
        session.Prepare(FindHead).Bind(1, block).Rows(row => row.Blob(0).ToArray()) is [var heads]
            ? heads
            : throw new StorageException(
                $"The journal lacks block {block}: the file was damaged or changed by something else; restore the last "
                + "backup.");

    private static bool Visit(
        SqliteSession session, long block, int partition, ref long after, RecordVisitor visit, bool check)
    {
        var row = session.Prepare(Find).Bind(1, block);
        try
        {
            row.Step();
            var head = Head(row.Blob(0), partition);
            var records = JournalBlock.Section(row.Blob(1), partition, out var events);
            var goesOn = JournalBlock.Walk(partition, head - events + 1, records, after, visit, check);
            after = head;
            return goesOn;
        }
        finally
        {
            row.Reset();
        }
    }
}
