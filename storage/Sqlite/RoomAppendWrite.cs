using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Entries of one room on their way into its log. They are inserted before anything is looked up, because almost all
/// are new; what one that is not new spoils is deleted again, inside the transaction. Both conflicts are results, so
/// that they harm nobody else in the group.
/// </summary>
internal sealed class RoomAppendWrite(
    RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    : WriteRequest<RoomAppended>(WriteLane.Append, entries.Count, cancellationToken)
{
    private const string Insert = """
        INSERT INTO room_log (room, seq, at_ms, kind, audience, author, message_id, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
        """;

    private const string DeleteFrom = "DELETE FROM room_log WHERE room = ?1 AND seq >= ?2";
    private const string FindMessage = "SELECT seq FROM room_log WHERE room = ?1 AND author = ?2 AND message_id = ?3";

    private readonly byte[] _messageId = new byte[16];

    protected override RoomAppended Write(SqliteSession session)
    {
        var first = entries[0].Seq;
        var head = SqliteRoomLog.Head(session, room);
        if (head != first - 1) return new(head, []);

        foreach (var entry in entries)
        {
            if (Add(session, entry)) continue;
            session.Prepare(DeleteFrom).Bind(1, room.Value).Bind(2, first).Run();
            return new(head, Duplicates(session));
        }
        return new(head, []);
    }

    private bool Add(SqliteSession session, LoggedEntry entry)
    {
        var insert = session.Prepare(Insert)
            .Bind(1, room.Value).Bind(2, entry.Seq).Bind(3, entry.At.ToUnixTimeMilliseconds())
            .Bind(4, (long)entry.Kind).Bind(5, (long)entry.Audience).Bind(6, entry.By?.Value)
            .Bind(8, entry.Json.AsSpan());
        return BindId(insert, 7, entry.MessageId).Run() == 1;
    }

    private DuplicateEntry[] Duplicates(SqliteSession session)
    {
        var found = new List<DuplicateEntry>();
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not { By: { } by, MessageId: { } id }) continue;
            var find = session.Prepare(FindMessage).Bind(1, room.Value).Bind(2, by.Value);
            if (BindId(find, 3, id).Scalar() is { } seq) found.Add(new(i, seq));
        }
        return found.Count > 0 ? [.. found] : throw RoomLogEntries.Ambiguous(room, entries[0].Seq, entries[^1].Seq);
    }

    private SqliteStatement BindId(SqliteStatement statement, int index, Guid? id)
    {
        if (id is not { } value) return statement.BindNull(index);
        value.TryWriteBytes(_messageId, bigEndian: true, out _);
        return statement.Bind(index, _messageId.AsSpan());
    }
}

/// <param name="Head">The newest entry before the append: it was refused unless the append follows it.</param>
internal readonly record struct RoomAppended(long Head, DuplicateEntry[] Duplicates);
