using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite.Keys;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Carries a journal of one row per event over into blocks and runs, inside the transaction of its schema step. Takes
/// some microseconds per event, and as much space again until the file is vacuumed.
/// </summary>
internal static class JournalConversion
{
    /// <summary>The step that made the new tables.</summary>
    public const int Version = 5;

    /// <summary>Sorted in memory at a time: 32 MiB.</summary>
    private const int RunKeysMax = 1 << 20;

    private const string Old = """
        SELECT e.partition, e."offset", e.event_id, u.user_id, e.kind, e.occurred_at, e.body
        FROM activity_event e JOIN journal_user u USING (user_no)
        ORDER BY e.partition, e."offset"
        """;

    private const string Partitions =
        "SELECT CAST(value AS INTEGER) FROM storage_setting WHERE name = 'partition_count'";

    private const string Drop = """
        DELETE FROM journal_indexed;
        INSERT INTO journal_indexed (partition, "offset")
        SELECT partition, max("offset") FROM activity_event GROUP BY partition;
        DROP TABLE activity_event_key;
        DROP TABLE activity_event;
        DROP TABLE journal_user;
        """;

    public static void Run(SqliteSession session)
    {
        var writer = new JournalWriter((int)(session.Prepare(Partitions).Scalar() ?? 0));
        var keys = new List<KeyEntry>();
        var runs = 0;
        var old = session.Prepare(Old);
        try
        {
            while (old.Step())
            {
                keys.Add(Convert(session, old, writer));
                writer.Publish(); // nobody reads yet: it lets go of what was written
                if (keys.Count == RunKeysMax) StoreRun(session, ++runs, keys);
            }
        }
        finally
        {
            old.Reset();
        }
        if (keys.Count > 0) StoreRun(session, ++runs, keys);
        writer.Flush(session);
        session.Execute(Drop);
    }

    private static KeyEntry Convert(SqliteSession session, SqliteStatement row, JournalWriter writer)
    {
        var (partition, offset) = ((int)row.Int64(0), row.Int64(1));
        var entry = Encode(row, partition, offset);
        if (writer.Append(session, partition, entry.Record.Span) is var given && given != offset)
            throw new StorageException(
                $"Partition {partition} of the journal goes on with offset {offset} where {given} is expected: events "
                + "are missing. Nothing was changed; restore the last backup.");
        return new(entry.Key, offset);
    }

    private static JournalEntry Encode(SqliteStatement row, int partition, long offset)
    {
        try
        {
            var activity = EventBody.Decode(row.Blob(6)).ToEvent(
                new Guid(row.Blob(2), bigEndian: true),
                new UserId(row.Text(3)),
                (ActivityKind)row.Int64(4),
                row.Int64(5));
            return JournalEntry.Encode([activity], 1)[0];
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new StorageException(
                $"Event {partition}:{offset} of the journal cannot be carried over: {error.Message} Nothing was "
                + "changed; repair the row with the version that wrote it, or restore the last backup.", error);
        }
    }

    private static void StoreRun(SqliteSession session, int run, List<KeyEntry> keys)
    {
        keys.Sort();
        using var writer = new KeyRunWriter(run, LevelOf(keys.Count), keys, keys.Count);
        writer.Complete(session);
        keys.Clear();
    }

    /// <summary>Where a run of this length would be, had it grown as they do.</summary>
    private static int LevelOf(int keys) =>
        (int)Math.Max(0, Math.Log(keys / (double)new StorageOptions().EventKeysMax, KeyIndex.RunsPerMerge) + 0.5);
}
