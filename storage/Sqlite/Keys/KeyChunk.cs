namespace Engage.Storage.Sqlite.Keys;

/// <summary>A row of a run: some hundred keys in order.</summary>
internal static class KeyChunk
{
    /// <summary>16 KiB: four pages for a retry to read, and little enough to be written between two commits.</summary>
    public const int KeysMax = 512;

    private const string FindKeys = "SELECT keys FROM journal_key_chunk WHERE place = ?1";
    private const string FindFence = "SELECT fence FROM journal_key_chunk WHERE place = ?1";
    private const string Insert = "INSERT INTO journal_key_chunk (place, fence, keys) VALUES (?1, ?2, ?3)";

    public static void Store(SqliteSession session, long run, int number, ReadOnlySpan<byte> keys) =>
        session.Prepare(Insert)
            .Bind(1, KeyRun.Place(run, number)).Bind(2, keys[..EventKey.Bytes]).Bind(3, keys)
            .Run();

    /// <exception cref="StorageException">The chunk is not there.</exception>
    public static byte[] Load(SqliteSession session, long run, int number) =>
        session.Prepare(FindKeys).Bind(1, KeyRun.Place(run, number)).Rows(row => row.Blob(0).ToArray()) is [var keys]
            ? keys
            : throw Missing(run, number);

    /// <summary>Adds the offsets of all entries of a run with this key; there is seldom one.</summary>
    public static void Find(SqliteSession session, long run, int chunks, EventKey key, ref List<long>? found)
    {
        for (var number = Number(session, run, chunks, key); number < chunks; number++)
            if (!FindIn(session, run, number, key, ref found)) return;
    }

    /// <returns>True if the next chunk may have more.</returns>
    private static bool FindIn(SqliteSession session, long run, int number, EventKey key, ref List<long>? found)
    {
        var row = session.Prepare(FindKeys).Bind(1, KeyRun.Place(run, number));
        try
        {
            if (!row.Step()) throw Missing(run, number);
            var keys = row.Blob(0);
            for (var at = LowerBound(keys, key); at < keys.Length; at += KeyEntry.Bytes)
            {
                var entry = KeyEntry.Read(keys[at..]);
                if (entry.Key != key) return false;
                (found ??= []).Add(entry.Offset);
            }
            return true;
        }
        finally
        {
            row.Reset();
        }
    }

    /// <summary>The entries of a run from a key on, in order.</summary>
    public static IEnumerable<KeyEntry> From(SqliteSession session, long run, int chunks, EventKey key)
    {
        for (var number = Number(session, run, chunks, key); number < chunks; number++)
        {
            var keys = Load(session, run, number);
            for (var at = LowerBound(keys, key); at < keys.Length; at += KeyEntry.Bytes)
                yield return KeyEntry.Read(keys.AsSpan(at));
        }
    }

    /// <summary>
    /// The last chunk that begins below the key, or the first one. Users' hashes are spread evenly, so that a guess by
    /// proportion is near; every other step halves, so that a crowd of one user's keys does not make the search long.
    /// </summary>
    private static int Number(SqliteSession session, long run, int chunks, EventKey key)
    {
        var (low, high) = (0, chunks); // fence of low is below the key (or low is 0), that of high is not
        var (lowHash, highHash) = (0UL, ulong.MaxValue);
        for (var guess = true; high - low > 1; guess = !guess)
        {
            var share = (double)(key.UserHash - lowHash) / Math.Max(1, highHash - lowHash);
            var middle = guess ? low + (int)(share * (high - low)) : (low + high) / 2;
            middle = Math.Clamp(middle, low + 1, high - 1);
            var fence = Fence(session, run, middle);
            if (fence.CompareTo(key) < 0) (low, lowHash) = (middle, fence.UserHash);
            else (high, highHash) = (middle, fence.UserHash);
        }
        return low;
    }

    private static EventKey Fence(SqliteSession session, long run, int number) =>
        session.Prepare(FindFence).Bind(1, KeyRun.Place(run, number)).Rows(row => EventKey.Read(row.Blob(0)))
            is [var fence] ? fence : throw Missing(run, number);

    /// <returns>Index of the byte where the first entry not below the key begins.</returns>
    private static int LowerBound(ReadOnlySpan<byte> keys, EventKey key)
    {
        var (low, high) = (0, keys.Length / KeyEntry.Bytes);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (EventKey.Read(keys[(middle * KeyEntry.Bytes)..]).CompareTo(key) < 0) low = middle + 1;
            else high = middle;
        }
        return low * KeyEntry.Bytes;
    }

    private static StorageException Missing(long run, int number) => new(
        $"The journal's key index lacks chunk {number} of run {run}. The file was damaged or changed by something "
        + "else; restore the last backup.");
}
