namespace Engage.Storage.Sqlite.Keys;

/// <summary>Removes the rows of runs that were merged or never finished, a few with every commit.</summary>
internal sealed class KeySweep
{
    private static readonly (string Delete, string Next)[] Tables =
    [
        ("DELETE FROM journal_key_chunk WHERE place IN "
            + "(SELECT place FROM journal_key_chunk WHERE place >= ?1 AND place < ?2 LIMIT ?3)",
            "SELECT min(place) FROM journal_key_chunk WHERE place >= ?1"),
        ("DELETE FROM journal_key_filter WHERE place IN "
            + "(SELECT place FROM journal_key_filter WHERE place >= ?1 AND place < ?2 LIMIT ?3)",
            "SELECT min(place) FROM journal_key_filter WHERE place >= ?1"),
    ];

    private readonly Queue<long> _dead = new();

    /// <returns>The largest number of a run in use.</returns>
    public long Reload(SqliteSession session, IReadOnlyList<KeyRun> live)
    {
        _dead.Clear();
        var found = new SortedSet<long>();
        foreach (var (_, next) in Tables)
            for (var run = 0L; session.Prepare(next).Bind(1, KeyRun.Place(run)).Scalar() is { } place; run++)
                found.Add(run = place >> 32);
        var last = Math.Max(found.Max, live.Select(run => run.Id).DefaultIfEmpty().Max());
        found.ExceptWith(live.Select(run => run.Id));
        foreach (var run in found) _dead.Enqueue(run);
        return last;
    }

    public void Add(long run) => _dead.Enqueue(run);

    public void Advance(SqliteSession session, int rows)
    {
        while (rows > 0 && _dead.TryPeek(out var run))
        {
            var removed = 0;
            foreach (var (delete, _) in Tables)
                removed += session.Prepare(delete)
                    .Bind(1, KeyRun.Place(run)).Bind(2, KeyRun.Place(run + 1)).Bind(3, rows - removed)
                    .Run();
            if (removed < rows) _dead.Dequeue();
            rows -= removed;
        }
    }
}
