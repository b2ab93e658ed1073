using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IActivityJournal"/>
public sealed class SqliteActivityJournal(SqliteDatabase database) : IActivityJournal
{
    private readonly StorageOptions _options = database.Options;
    private readonly TailBlocks[] _tails = database.Appender.Tails;

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
    public ValueTask<AppendReceipt[]> AppendAsync(
        IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        if (events.Count == 0) return new([]);
        if (events.Count > _options.AppendEventsMax)
            throw new ArgumentException(
                $"One append carries {events.Count} events, at most {_options.AppendEventsMax}; split it.",
                nameof(events));

        var entries = JournalEntry.Encode(events, PartitionCount);
        return new(database.Writer.WriteAsync(new AppendWrite(database.Appender, entries, cancellationToken)));
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

    private TailBlocks Tail(int partition) => (uint)partition < (uint)_tails.Length
        ? _tails[partition]
        : throw new ArgumentOutOfRangeException(
            nameof(partition), partition, $"The journal has the partitions 0 to {_tails.Length - 1}.");

    private static JournaledEvent[] ReadRange(SqliteSession session, (int Partition, long After, int Limit) range)
    {
        var found = new List<JournaledEvent>();
        JournalReader.Scan(session, range.Partition, range.After, (offset, content) =>
        {
            found.Add(new(offset, JournalRecord.Decode(content)));
            return found.Count < range.Limit;
        });
        return [.. found];
    }

    private static JournaledEvent[] ReadOfUser(
        SqliteSession session, (UserId User, int Partition, long After, int Limit) of)
    {
        // One snapshot: between two statements the writer may merge runs and remove those that were merged.
        session.BeginRead();
        try
        {
            return UserEvents.Read(session, of.User, of.Partition, of.After, of.Limit);
        }
        finally
        {
            session.RollBack();
        }
    }
}

/// <summary>One caller's events on their way into the journal.</summary>
internal sealed class AppendWrite(
    ActivityAppender appender, JournalEntry[] entries, CancellationToken cancellationToken)
    : WriteRequest<AppendReceipt[]>(WriteLane.Append, entries.Length, cancellationToken)
{
    private readonly AppendReceipt[] _receipts = new AppendReceipt[entries.Length];

    protected override AppendReceipt[] Write(SqliteSession session)
    {
        for (var i = 0; i < entries.Length; i++)
            _receipts[i] = appender.Append(session, entries[i]);
        return _receipts;
    }
}
