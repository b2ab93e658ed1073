using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IRoomLog"/>
/// <remarks>
/// Appends of all rooms, and of the journal, share one queue and one fsync. A cancelled append is withdrawn while it
/// waits; one that is being written runs to its end. Times are kept to the millisecond.
/// </remarks>
public sealed class SqliteRoomLog(SqliteDatabase database) : IRoomLog
{
    private const string Columns = "SELECT seq, at_ms, kind, audience, author, message_id, body FROM room_log";
    private const string Forward = Columns + " WHERE room = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    private const string Back = Columns + " WHERE room = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    private const string OfAuthor =
        Columns + " WHERE room = ?1 AND seq > ?2 AND author = ?4 ORDER BY seq LIMIT ?3";

    private const string Newest = "SELECT seq FROM room_log WHERE room = ?1 ORDER BY seq DESC LIMIT 1";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Nothing to append, a gap, or a message id without an author.</exception>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        RoomLogEntries.Check(room, entries);
        cancellationToken.ThrowIfCancellationRequested();

        var write = new RoomAppendWrite(room, entries, cancellationToken);
        var (head, duplicates) = await database.Writer.WriteAsync(write).ConfigureAwait(false);
        return head == entries[0].Seq - 1 ? duplicates : throw RoomLogEntries.Stale(room, head, entries[0].Seq);
    }

    /// <inheritdoc/>
    /// <remarks>Never more than <see cref="StorageOptions.ReadEventsMax"/> at once.</remarks>
    public ValueTask<LoggedEntry[]> ReadAsync(
        RoomId room, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        database.Writer.Metrics.RoomLogRead();
        return database.Readers.ReadAsync(Read, (Forward, room, after, Limit(limit)), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Never more than <see cref="StorageOptions.ReadEventsMax"/> at once.</remarks>
    public async ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken)
    {
        database.Writer.Metrics.RoomLogRead();
        var newest = await database.Readers
            .ReadAsync(Read, (Back, room, before, Limit(limit)), cancellationToken).ConfigureAwait(false);
        Array.Reverse(newest);
        return newest;
    }

    /// <inheritdoc/>
    public ValueTask<LoggedEntry[]> ReadAuthorAsync(
        RoomId room, UserId author, long after, int limit, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(ReadAuthor, (room, author, after, Limit(limit)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken)
    {
        database.Writer.Metrics.RoomLogRead();
        return database.Readers.ReadAsync(Head, room, cancellationToken);
    }

    internal static long Head(SqliteSession session, RoomId room) =>
        session.Prepare(Newest).Bind(1, room.Value).Scalar() ?? 0;

    private int Limit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return Math.Min(limit, database.Options.ReadEventsMax);
    }

    private static LoggedEntry[] Read(
        SqliteSession session, (string Sql, RoomId Room, long Bound, int Limit) range) =>
    [
        .. session.Prepare(range.Sql)
            .Bind(1, range.Room.Value).Bind(2, range.Bound).Bind(3, range.Limit).Rows(ToEntry),
    ];

    private static LoggedEntry[] ReadAuthor(
        SqliteSession session, (RoomId Room, UserId Author, long After, int Limit) range) =>
    [
        .. session.Prepare(OfAuthor)
            .Bind(1, range.Room.Value).Bind(2, range.After).Bind(3, range.Limit).Bind(4, range.Author.Value)
            .Rows(ToEntry),
    ];

    private static LoggedEntry ToEntry(SqliteStatement row) => new(
        row.Int64(0),
        RoomLogEntries.At(row.Int64(1)),
        (RoomEntryKind)row.Int64(2),
        (RoomAudience)row.Int64(3),
        row.TextOrNull(4) is { } author ? new UserId(author) : null,
        row.IsNull(5) ? null : new Guid(row.Blob(5), bigEndian: true),
        row.Blob(6).ToArray());
}
