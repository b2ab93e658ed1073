using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IActivityJournal"/>
public sealed class SqliteActivityJournal(SqliteDatabase database) : IActivityJournal
{
    private const string Range = """
        SELECT e."offset", e.event_id, u.user_id, e.kind, e.occurred_at, e.body
        FROM activity_event e JOIN journal_user u USING (user_no)
        WHERE e.partition = ?1 AND e."offset" > ?2
        ORDER BY e."offset" LIMIT ?3
        """;

    /// <summary>By key, and for those whose key is not written yet by looking through what is above the mark.</summary>
    private const string OfUser = """
        WITH user AS (
            SELECT user_no, user_id, partition FROM journal_user WHERE user_id = ?1
        ), place AS (
            SELECT k."offset" FROM user JOIN activity_event_key k USING (user_no)
            UNION
            SELECT t."offset" FROM user JOIN activity_event t USING (partition)
            WHERE t.user_no = user.user_no
              AND t."offset" > coalesce(
                  (SELECT m."offset" FROM journal_indexed m WHERE m.partition = user.partition), 0)
        )
        SELECT e."offset", e.event_id, user.user_id, e.kind, e.occurred_at, e.body
        FROM user CROSS JOIN place JOIN activity_event e ON e.partition = user.partition AND e."offset" = place."offset"
        WHERE place."offset" > ?2
        ORDER BY place."offset" LIMIT ?3
        """;

    private readonly StorageOptions _options = database.Options;
    private readonly TailRing[] _tails = database.Appender.Tails;

    /// <inheritdoc/>
    public int PartitionCount => _options.PartitionCount;

    /// <inheritdoc/>
    public int PartitionOf(UserId user) => UserPartition.Of(user, PartitionCount);

    /// <inheritdoc/>
    /// <remarks>
    /// A cancelled append is withdrawn while it waits. Once its group is being written it runs to its end: an answer
    /// that comes milliseconds late is worth more than one in doubt.
    /// </remarks>
    /// <exception cref="ArgumentException">An event cannot be stored, or there are more than
    /// <see cref="StorageOptions.AppendEventsMax"/>.</exception>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async ValueTask<AppendReceipt[]> AppendAsync(
        IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        if (events.Count == 0) return [];
        if (events.Count > _options.AppendEventsMax)
            throw new ArgumentException(
                $"One append carries {events.Count} events, at most {_options.AppendEventsMax}; split it.",
                nameof(events));

        var encoded = EncodedEvent.Encode(events, PartitionCount);
        var write = new AppendWrite(database.Appender, encoded, cancellationToken);
        return await database.Writer.WriteAsync(write).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Never more than <see cref="StorageOptions.ReadEventsMax"/> at once.</remarks>
    public ValueTask<JournaledEvent[]> ReadAsync(
        int partition, long after, int limit, CancellationToken cancellationToken)
    {
        var tail = Tail(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        limit = Math.Min(limit, _options.ReadEventsMax);
        return tail.Read(after, limit) is { } newest
            ? new(newest)
            : database.Readers.ReadAsync(ReadRange, (partition, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<JournaledEvent[]> ReadUserAsync(
        UserId user, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        limit = Math.Min(limit, _options.ReadEventsMax);
        return database.Readers.ReadAsync(ReadOfUser, (user, PartitionOf(user), after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(int partition, CancellationToken cancellationToken) => new(Tail(partition).Head);

    private TailRing Tail(int partition) => (uint)partition < (uint)_tails.Length
        ? _tails[partition]
        : throw new ArgumentOutOfRangeException(
            nameof(partition), partition, $"The journal has the partitions 0 to {_tails.Length - 1}.");

    private static JournaledEvent[] ReadRange(SqliteSession session, (int Partition, long After, int Limit) range) =>
    [
        .. session.Prepare(Range).Bind(1, range.Partition).Bind(2, range.After).Bind(3, range.Limit)
            .Rows(row => Decode(row, range.Partition)),
    ];

    private static JournaledEvent[] ReadOfUser(
        SqliteSession session, (UserId User, int Partition, long After, int Limit) of) =>
    [
        .. session.Prepare(OfUser).Bind(1, of.User.Value).Bind(2, of.After).Bind(3, of.Limit)
            .Rows(row => Decode(row, of.Partition)),
    ];

    private static JournaledEvent Decode(SqliteStatement row, int partition)
    {
        var offset = row.Int64(0);
        try
        {
            var body = EventBody.Decode(row.Blob(5));
            var eventId = new Guid(row.Blob(1), bigEndian: true);
            var user = new UserId(row.Text(2));
            return new(offset, body.ToEvent(eventId, user, (ActivityKind)row.Int64(3), row.Int64(4)));
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new StorageException(
                $"Event {partition}:{offset} of the journal cannot be read: {error.Message} The row was "
                + "damaged or written by something else; restore the last backup.", error);
        }
    }
}

/// <summary>One caller's events on their way into the journal.</summary>
internal sealed class AppendWrite(ActivityAppender appender, EncodedEvent[] events, CancellationToken cancellationToken)
    : WriteRequest<AppendReceipt[]>(WriteLane.Append, events.Length, cancellationToken)
{
    private readonly AppendReceipt[] _receipts = new AppendReceipt[events.Length];

    protected override AppendReceipt[] Write(SqliteSession session)
    {
        for (var i = 0; i < events.Length; i++)
            _receipts[i] = appender.Append(session, events[i]);
        return _receipts;
    }

    public override void Complete()
    {
        for (var i = 0; i < events.Length; i++)
            appender.Publish(events[i], _receipts[i]);
        base.Complete();
    }
}
