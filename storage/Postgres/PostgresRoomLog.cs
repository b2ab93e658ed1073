using Engage.Contracts;
using Engage.Contracts.Rooms;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IRoomLog"/>
/// <remarks>
/// Appends of all rooms share a lane of their own, and so one transaction and one fsync. A cancelled append is
/// withdrawn while it waits; one that is being written runs to its end. When the connection breaks meanwhile the group
/// is written again, for <see cref="StorageOptions.RetryMax"/> at most, and finds what it had stored. Several processes
/// may have a room's log open; of those that append to it at the same place, one does.
/// </remarks>
public sealed class PostgresRoomLog(PostgresDatabase database) : IRoomLog
{
    private const string Columns = "SELECT seq, at_ms, kind, audience, author, message_id, body FROM room_log";
    private const string Forward = Columns + " WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    private const string Back = Columns + " WHERE room = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    private const string Newest = "SELECT seq FROM room_log WHERE room = $1 ORDER BY seq DESC LIMIT 1";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Nothing to append, a gap, a message id without an author, or an id that
    /// cannot be stored as text.</exception>
    /// <exception cref="StorageException">The database refused, or the connection broke and whether the entries were
    /// stored is unknown: read the log.</exception>
    public async ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        RoomLogEntries.Check(room, entries);
        cancellationToken.ThrowIfCancellationRequested();
        PostgresText.Check(room.Value, "The room");
        foreach (var entry in entries)
            if (entry.By is { } by) PostgresText.Check(by.Value, $"The author of entry {entry.Seq}");

        return await database.AppendAsync(new RoomAppendWrite(room, entries, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Never more than <see cref="StorageOptions.ReadEventsMax"/> at once.</remarks>
    public ValueTask<LoggedEntry[]> ReadAsync(RoomId room, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return ReadAsync(Forward, room, after, limit, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Never more than <see cref="StorageOptions.ReadEventsMax"/> at once.</remarks>
    public async ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken)
    {
        var newest = await ReadAsync(Back, room, before, limit, cancellationToken).ConfigureAwait(false);
        Array.Reverse(newest);
        return newest;
    }

    /// <inheritdoc/>
    public async ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken)
    {
        PostgresText.Check(room.Value, "The room");
        database.Metrics.RoomLogRead();
        var heads = await database.ReadAsync(
            Newest, room, static (p, of) => p.Text(of.Value), static (row, _) => row.GetInt64(0), cancellationToken)
            .ConfigureAwait(false);
        return heads is [var head] ? head : 0;
    }

    private ValueTask<LoggedEntry[]> ReadAsync(
        string sql, RoomId room, long bound, int limit, CancellationToken cancellationToken)
    {
        PostgresText.Check(room.Value, "The room");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        database.Metrics.RoomLogRead();
        return database.ReadAsync(
            sql,
            (room, bound, limit: Math.Min(limit, database.Options.ReadEventsMax)),
            static (p, of) => p.Text(of.room.Value).Long(of.bound).Int(of.limit),
            static (row, _) => ToEntry(row),
            cancellationToken);
    }

    private static LoggedEntry ToEntry(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        RoomLogEntries.At(row.GetInt64(1)),
        (RoomEntryKind)row.GetInt16(2),
        (RoomAudience)row.GetInt16(3),
        row.IsDBNull(4) ? null : new UserId(row.GetString(4)),
        row.IsDBNull(5) ? null : row.GetGuid(5),
        row.GetFieldValue<byte[]>(6));
}
