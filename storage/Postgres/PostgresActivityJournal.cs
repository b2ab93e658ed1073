using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IActivityJournal"/>
/// <remarks>
/// Several processes may append to one database: offsets have no gaps and become visible in their order, and an event
/// is taken once whoever appends it.
/// </remarks>
public sealed class PostgresActivityJournal(PostgresDatabase database) : IActivityJournal
{
    private const string Range = """
        SELECT "offset", event_id, user_id, kind, occurred_at, body FROM activity_event
        WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3
        """;

    private const string OfUser = """
        SELECT "offset", event_id, user_id, kind, occurred_at, body FROM activity_event
        WHERE user_id = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3
        """;

    private const string Head = """SELECT "offset" FROM journal_head WHERE partition = $1""";

    private readonly StorageOptions _options = database.Options;
    private readonly TailRing[] _tails = database.Tails;

    /// <inheritdoc/>
    public int PartitionCount => _options.PartitionCount;

    /// <inheritdoc/>
    public int PartitionOf(UserId user) => UserPartition.Of(user, PartitionCount);

    /// <inheritdoc/>
    /// <remarks>
    /// A cancelled append is withdrawn while it waits. Once its group is being written it runs to its end. When the
    /// connection breaks meanwhile the group is written again, for <see cref="StorageOptions.RetryMax"/> at most;
    /// events that the first try stored after all then count as duplicates.
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
        foreach (var entry in encoded)
            PostgresText.Check(entry.Event.User.Value, $"The user of event {entry.Event.EventId}");
        return await database.Journal.AppendAsync(encoded, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Never more than <see cref="StorageOptions.ReadEventsMax"/> at once. What this process appended last is read from
    /// memory; whether others appended more, only the database knows.
    /// </remarks>
    public ValueTask<JournaledEvent[]> ReadAsync(
        int partition, long after, int limit, CancellationToken cancellationToken)
    {
        CheckPartition(partition);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        limit = Math.Min(limit, _options.ReadEventsMax);
        return _tails[partition].Read(after, limit) is { Length: > 0 } newest
            ? new(newest)
            : database.ReadAsync(
                Range,
                (partition, after, limit),
                static (p, of) => p.Int(of.partition).Long(of.after).Int(of.limit),
                (row, of) => Decode(row, of.partition),
                cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<JournaledEvent[]> ReadUserAsync(
        UserId user, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        PostgresText.Check(user.Value, "The user");

        limit = Math.Min(limit, _options.ReadEventsMax);
        return database.ReadAsync(
            OfUser,
            (user: user.Value, partition: PartitionOf(user), after, limit),
            static (p, of) => p.Text(of.user).Long(of.after).Int(of.limit),
            (row, of) => Decode(row, of.partition),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Asks the database: another process may have appended.</remarks>
    public async ValueTask<long> HeadAsync(int partition, CancellationToken cancellationToken)
    {
        CheckPartition(partition);
        var heads = await database.ReadAsync(
            Head, partition, static (p, of) => p.Int(of), static (row, _) => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return heads[0];
    }

    private void CheckPartition(int partition)
    {
        if ((uint)partition >= (uint)_tails.Length)
            throw new ArgumentOutOfRangeException(
                nameof(partition), partition, $"The journal has the partitions 0 to {_tails.Length - 1}.");
    }

    private static JournaledEvent Decode(NpgsqlDataReader row, int partition)
    {
        var offset = row.GetInt64(0);
        try
        {
            var body = EventBody.Decode(row.GetFieldValue<byte[]>(5));
            var user = new UserId(row.GetString(2));
            return new(offset, body.ToEvent(row.GetGuid(1), user, (ActivityKind)row.GetInt16(3), row.GetInt64(4)));
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new StorageException(
                $"Event {partition}:{offset} of the journal cannot be read: {error.Message} The row was "
                + "damaged or written by something else; restore the last backup.", error);
        }
    }
}
