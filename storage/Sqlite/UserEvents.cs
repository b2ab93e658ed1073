using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite.Keys;

namespace Engage.Storage.Sqlite;

/// <summary>Finds all events of one user: by key, and those whose key is not in the index yet by looking.</summary>
internal static class UserEvents
{
    /// <summary>Inside a transaction: all must be of one moment.</summary>
    public static JournaledEvent[] Read(SqliteSession session, UserId user, int partition, long after, int limit)
    {
        var found = new List<JournaledEvent>();
        bool Visit(long offset, ReadOnlySpan<byte> content)
        {
            // Another user may have the same hash, and in the rest there is everybody's.
            if (JournalRecord.User(content) == user.Value) found.Add(new(offset, JournalRecord.Decode(content)));
            return found.Count < limit;
        }

        var offsets = Offsets(session, user).Where(offset => offset > after).Order();
        JournalReader.Pick(session, partition, offsets, Visit);
        var indexed = EventKeys.Indexed(session, partition);
        if (found.Count < limit) JournalReader.Scan(session, partition, Math.Max(after, indexed), Visit);
        return [.. found];
    }

    /// <summary>Where users with this one's hash have events, as far as the index knows.</summary>
    private static IEnumerable<long> Offsets(SqliteSession session, UserId user)
    {
        var userHash = UserPartition.Hash(user.Value);
        var runs = session.Prepare("SELECT run, chunks FROM journal_key_run")
            .Rows(row => (Id: row.Int64(0), Chunks: (int)row.Int64(1)));
        return runs.SelectMany(run => KeyChunk.From(session, run.Id, run.Chunks, new EventKey(userHash, 0, 0))
            .TakeWhile(entry => entry.Key.UserHash == userHash)
            .Select(entry => entry.Offset));
    }
}
