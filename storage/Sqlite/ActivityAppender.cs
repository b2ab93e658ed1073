using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The journal's side of the writer: gives offsets, finds duplicates, fills the tails. Offsets are given out in memory
/// while a group is written and become the truth with its commit; <see cref="Reload"/> takes back those of a failed
/// one. Writer's thread only, except <see cref="Tails"/>.
/// </summary>
internal sealed class ActivityAppender
{
    private const string InsertEvent = """
        INSERT INTO activity_event (partition, "offset", user_no, kind, occurred_at, event_id, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    private readonly UserNumbers _users;
    private readonly EventKeys _keys;
    private readonly long[] _given;

    public ActivityAppender(StorageOptions options)
    {
        _users = new UserNumbers(options.UserNumbersMax);
        _keys = new EventKeys(options.EventKeysMax, options.PartitionCount);
        _given = new long[options.PartitionCount];
        Tails = [.. Enumerable.Range(0, options.PartitionCount).Select(_ => new TailRing(options.TailEventsMax))];
    }

    /// <summary>What readers see: durable events only.</summary>
    public TailRing[] Tails { get; }

    public void Reload(SqliteSession session)
    {
        _users.Clear();
        _keys.Reload(session);
        var head = session.Prepare("SELECT max(\"offset\") FROM activity_event WHERE partition = ?1");
        for (var partition = 0; partition < _given.Length; partition++)
        {
            _given[partition] = head.Bind(1, partition).Scalar() ?? 0;
            Tails[partition].Reset(_given[partition]);
        }
    }

    public AppendReceipt Append(SqliteSession session, in EncodedEvent entry)
    {
        var user = _users.Get(session, entry.Event.User, entry.Partition);
        var key = new EventKey(user, entry.Event.EventId);
        if (_keys.OffsetOf(session, key) is { } first)
            return new(new JournalPosition(entry.Partition, first), Duplicate: true);

        var offset = _given[entry.Partition] + 1;
        Insert(session, entry, user, offset);
        _given[entry.Partition] = offset;
        _keys.Add(session, key, entry.Partition, offset);
        return new(new JournalPosition(entry.Partition, offset), Duplicate: false);
    }

    public void Publish(in EncodedEvent entry, AppendReceipt receipt)
    {
        if (!receipt.Duplicate)
            Tails[entry.Partition].Add(new JournaledEvent(receipt.Position.Offset, entry.Event));
    }

    private static void Insert(SqliteSession session, in EncodedEvent entry, long user, long offset)
    {
        Span<byte> eventId = stackalloc byte[16];
        entry.Event.EventId.TryWriteBytes(eventId, bigEndian: true, out _);
        session.Prepare(InsertEvent)
            .Bind(1, entry.Partition).Bind(2, offset).Bind(3, user)
            .Bind(4, (long)entry.Event.Kind).Bind(5, entry.Event.OccurredAt.ToUnixTimeMilliseconds())
            .Bind(6, eventId).Bind(7, entry.Body.Span)
            .Run();
    }
}

/// <summary>
/// The numbers of the users seen lately. When full it starts over: evicting one by one would cost more than it saves.
/// </summary>
internal sealed class UserNumbers(int capacity)
{
    private readonly Dictionary<UserId, long> _numbers = [];

    public void Clear() => _numbers.Clear();

    public long Get(SqliteSession session, UserId user, int partition)
    {
        if (_numbers.TryGetValue(user, out var number)) return number;

        if (_numbers.Count >= capacity) _numbers.Clear();
        number = session.Prepare("SELECT user_no FROM journal_user WHERE user_id = ?1").Bind(1, user.Value).Scalar()
            ?? session.Prepare("INSERT INTO journal_user (user_id, partition) VALUES (?1, ?2) RETURNING user_no")
                .Bind(1, user.Value).Bind(2, partition).Scalar()!.Value;
        _numbers.Add(user, number);
        return number;
    }
}
