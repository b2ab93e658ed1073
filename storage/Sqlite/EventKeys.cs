namespace Engage.Storage.Sqlite;

/// <summary>Names one event: a user's number and the id the client gave it.</summary>
internal readonly record struct EventKey(long UserNo, Guid EventId) : IComparable<EventKey>
{
    /// <summary>The order of the table: number, then the id's bytes.</summary>
    public int CompareTo(EventKey other) =>
        UserNo != other.UserNo ? UserNo.CompareTo(other.UserNo) : EventId.CompareTo(other.EventId);
}

/// <summary>
/// Knows every event of the journal by its key, so that a retry is found however old the first is. The newest keys are
/// in memory, in two generations: one fills, while the other, sorted, goes to the table, one key for each new event.
/// Neighbours in the table are thus written one after another and share their page: several times fewer pages per
/// commit than writing each key with its event. The events themselves are durable; keys that a crash takes from memory
/// are read from them again. Writer's thread only; a failed transaction is followed by <see cref="Reload"/>.
/// </summary>
internal sealed class EventKeys(int generationMax, int partitionCount)
{
    private const string Find = "SELECT \"offset\" FROM activity_event_key WHERE user_no = ?1 AND event_id = ?2";

    private const string Insert =
        "INSERT INTO activity_event_key (user_no, event_id, \"offset\") VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

    private const string Mark = """
        INSERT INTO journal_indexed (partition, "offset") VALUES (?1, ?2)
        ON CONFLICT (partition) DO UPDATE SET "offset" = excluded."offset"
        """;

    private const string Unmarked = """
        SELECT user_no, event_id, "offset" FROM activity_event
        WHERE partition = ?1
          AND "offset" > coalesce((SELECT "offset" FROM journal_indexed WHERE partition = ?1), 0)
        """;

    private Dictionary<EventKey, long> _fresh = [];
    private Dictionary<EventKey, long> _leaving = [];
    private EventKey[] _leavingInOrder = [];
    private int _left;

    /// <summary>Heads of the partitions when the leaving generation was closed: the marks once it has left.</summary>
    private readonly long[] _leavingHeads = new long[partitionCount];
    private readonly long[] _heads = new long[partitionCount];

    /// <summary>Looks up the keys that the table may lack: a range scan of at most a few generations.</summary>
    public void Reload(SqliteSession session)
    {
        _fresh = [];
        StartLeaving([]);
        var unmarked = session.Prepare(Unmarked);
        for (var partition = 0; partition < partitionCount; partition++)
        {
            _heads[partition] = 0;
            foreach (var (key, offset) in unmarked.Bind(1, partition).Rows(ToKey))
            {
                _fresh[key] = offset;
                _heads[partition] = offset;
            }
        }
    }

    /// <returns>The offset of the event with this key, or null if there is none.</returns>
    public long? OffsetOf(SqliteSession session, EventKey key)
    {
        if (_fresh.TryGetValue(key, out var offset) || _leaving.TryGetValue(key, out offset)) return offset;

        Span<byte> eventId = stackalloc byte[16];
        key.EventId.TryWriteBytes(eventId, bigEndian: true, out _);
        return session.Prepare(Find).Bind(1, key.UserNo).Bind(2, eventId).Scalar();
    }

    public void Add(SqliteSession session, EventKey key, int partition, long offset)
    {
        _fresh.Add(key, offset);
        _heads[partition] = offset;

        // One for one is enough to be done when the next generation is full; after a start with a long tail it is two.
        WriteNext(session);
        if (_leavingInOrder.Length - _left > generationMax - _fresh.Count) WriteNext(session);
        if (_left == _leavingInOrder.Length && _fresh.Count >= generationMax) CloseGeneration();
    }

    private void WriteNext(SqliteSession session)
    {
        if (_left == _leavingInOrder.Length) return;

        var key = _leavingInOrder[_left];
        Span<byte> eventId = stackalloc byte[16];
        key.EventId.TryWriteBytes(eventId, bigEndian: true, out _);
        session.Prepare(Insert).Bind(1, key.UserNo).Bind(2, eventId).Bind(3, _leaving[key]).Run();

        if (++_left < _leavingInOrder.Length) return;
        var mark = session.Prepare(Mark);
        for (var partition = 0; partition < partitionCount; partition++)
            if (_leavingHeads[partition] > 0)
                mark.Bind(1, partition).Bind(2, _leavingHeads[partition]).Run();
        StartLeaving([]);
    }

    private void CloseGeneration()
    {
        StartLeaving(_fresh);
        _fresh = new(_leaving.Count);
        _heads.CopyTo(_leavingHeads, 0);
    }

    private void StartLeaving(Dictionary<EventKey, long> generation)
    {
        _leaving = generation;
        _leavingInOrder = [.. generation.Keys.Order()];
        _left = 0;
    }

    private static (EventKey, long) ToKey(SqliteStatement row) =>
        (new EventKey(row.Int64(0), new Guid(row.Blob(1), bigEndian: true)), row.Int64(2));
}
