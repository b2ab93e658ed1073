namespace Engage.Storage.Sqlite;

/// <summary>Takes the content of the event at an offset.</summary>
/// <returns>False to stop.</returns>
internal delegate bool RecordVisitor(long offset, ReadOnlySpan<byte> content);

/// <summary>
/// The rows of the journal. What a group brings to one partition is gathered here and becomes one row before the commit.
/// Offsets are given out in memory and become the truth with the commit; <see cref="Reload"/> takes back those of a
/// failed one. Writer's thread only, except the static readers.
/// </summary>
internal sealed class JournalBlocks(int partitionCount)
{
    /// <summary>
    /// A reader takes a block as a whole, so it stays small against what is read at once; a group that brings more to a
    /// partition makes several.
    /// </summary>
    private const int BlockBytesMax = 65_536;

    private const string Insert = "INSERT INTO journal_block (place, events, body) VALUES (?1, ?2, ?3)";
    private const string Last =
        "SELECT place, events FROM journal_block WHERE place BETWEEN ?1 AND ?2 ORDER BY place DESC LIMIT 1";
    private const string Covering = "SELECT max(place) FROM journal_block WHERE place BETWEEN ?1 AND ?2";
    private const string Range =
        "SELECT place, body FROM journal_block WHERE place BETWEEN ?1 AND ?2 ORDER BY place";

    private readonly long[] _heads = new long[partitionCount];
    private readonly int[] _events = new int[partitionCount];
    private readonly RecordBuffer[] _open =
        [.. Enumerable.Range(0, partitionCount).Select(_ => new RecordBuffer(4_096))];

    /// <summary>Of this transaction.</summary>
    private readonly List<(int Partition, long First, int Events, byte[] Body)> _stored = [];

    /// <summary>48 bits of offset: a thousand events per millisecond for nine thousand years.</summary>
    public static long Place(int partition, long offset) => ((long)partition << 48) + offset;

    public static int PartitionOf(long place) => (int)(place >> 48);

    public static long OffsetOf(long place) => place & ((1L << 48) - 1);

    public long Head(int partition) => _heads[partition];

    public void Reload(SqliteSession session)
    {
        _stored.Clear();
        for (var partition = 0; partition < partitionCount; partition++)
        {
            var last = session.Prepare(Last).Bind(1, Place(partition, 0)).Bind(2, Place(partition + 1, 0) - 1)
                .Rows(row => OffsetOf(row.Int64(0)) + row.Int64(1) - 1);
            _heads[partition] = last is [var head] ? head : 0;
            _events[partition] = 0;
            _open[partition].Clear(BlockBytesMax);
        }
    }

    /// <returns>The event's offset.</returns>
    public long Append(SqliteSession session, int partition, ReadOnlySpan<byte> record)
    {
        var open = _open[partition];
        if (open.Length > 0 && open.Length + record.Length > BlockBytesMax) Store(session, partition);
        open.Write(record);
        _events[partition]++;
        return ++_heads[partition];
    }

    /// <summary>Writes what was gathered.</summary>
    public void Flush(SqliteSession session)
    {
        for (var partition = 0; partition < partitionCount; partition++)
            if (_events[partition] > 0) Store(session, partition);
    }

    /// <summary>After the commit.</summary>
    /// <param name="tails">Who shows what was written, by partition; none if nobody can ask yet.</param>
    public void Publish(params IReadOnlyList<TailBlocks> tails)
    {
        if (tails.Count > 0)
            foreach (var (partition, first, events, body) in _stored) tails[partition].Add(first, events, body);
        _stored.Clear();
    }

    /// <summary>Shows the events above an offset in order.</summary>
    /// <param name="check">False: also damaged ones, as long as it can be told where they end.</param>
    /// <exception cref="StorageException">One of them is damaged; the text names it.</exception>
    public static void Scan(
        SqliteSession session, int partition, long after, RecordVisitor visit, bool check = true)
    {
        var from = session.Prepare(Covering).Bind(1, Place(partition, 0)).Bind(2, Place(partition, after + 1)).Scalar();
        var blocks = session.Prepare(Range)
            .Bind(1, from ?? Place(partition, 0)).Bind(2, Place(partition + 1, 0) - 1);
        try
        {
            while (blocks.Step())
                if (!Walk(blocks.Int64(0), blocks.Blob(1), after, visit, check)) return;
        }
        finally
        {
            blocks.Reset();
        }
    }

    /// <summary>Shows the one event at an offset.</summary>
    public static void Visit(SqliteSession session, int partition, long offset, RecordVisitor visit) =>
        Scan(session, partition, offset - 1, (at, content) =>
        {
            if (at == offset) visit(at, content);
            return false;
        });

    /// <returns>Whose event stands there.</returns>
    public static string? UserAt(SqliteSession session, int partition, long offset)
    {
        string? user = null;
        Visit(session, partition, offset, (_, content) =>
        {
            user = JournalRecord.User(content);
            return false;
        });
        return user;
    }

    /// <summary>Shows the events of one block that are above an offset.</summary>
    /// <returns>False if the visitor stopped.</returns>
    /// <inheritdoc cref="Scan"/>
    public static bool Walk(long place, ReadOnlySpan<byte> body, long after, RecordVisitor visit, bool check = true)
    {
        for (var offset = OffsetOf(place); !body.IsEmpty; offset++)
        {
            try
            {
                if (offset <= after) JournalRecord.Next(ref body, check: false);
                else if (!visit(offset, JournalRecord.Next(ref body, check))) return false;
            }
            catch (FormatException error)
            {
                throw new StorageException(
                    $"Event {PartitionOf(place)}:{offset} of the journal cannot be read: {error.Message} The row was "
                    + "damaged or written by something else; restore the last backup.", error);
            }
        }
        return true;
    }

    private void Store(SqliteSession session, int partition)
    {
        var (first, events) = (_heads[partition] - _events[partition] + 1, _events[partition]);
        var body = _open[partition].Written.ToArray();
        session.Prepare(Insert).Bind(1, Place(partition, first)).Bind(2, events).Bind(3, body.AsSpan()).Run();
        _stored.Add((partition, first, events, body));
        _events[partition] = 0;
        _open[partition].Clear(BlockBytesMax);
    }
}
