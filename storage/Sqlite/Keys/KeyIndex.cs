namespace Engage.Storage.Sqlite.Keys;

/// <summary>
/// The keys that left memory: sorted runs (a log-structured merge tree with tiered levels). A commit writes its share
/// of whatever is being merged, in proportion to the events it brings, so that the index keeps up at any rate and never
/// holds anybody up. Writer's thread only; a failed transaction is followed by <see cref="Reload"/>.
/// </summary>
internal sealed class KeyIndex
{
    /// <summary>
    /// Runs of a level that become one of the next. Each key is written once per level, and every level can hold that
    /// many runs whose filters each event asks: 8 gives 3 levels and some 10 filters for 30 million events.
    /// </summary>
    public const int RunsPerMerge = 8;

    /// <summary>Events leave keys behind in merged runs: 512 of them, a row, are waste once in 100 events.</summary>
    private const int EventsPerSweep = 64;

    private readonly Dictionary<int, KeyMerge> _merges = [];
    private readonly KeySweep _sweep = new();
    private List<KeyRun> _runs = [];
    private long _lastRun;
    private int _eventsUnswept;

    public void Reload(SqliteSession session)
    {
        foreach (var merge in _merges.Values) merge.Dispose();
        _merges.Clear();
        _runs = KeyRun.Load(session, _runs);
        _lastRun = Math.Max(_lastRun, _sweep.Reload(session, _runs));
    }

    /// <returns>Offsets at which an event with this key may stand; nearly always none.</returns>
    public IReadOnlyList<long> OffsetsOf(SqliteSession session, EventKey key)
    {
        var hash = KeyFilter.Hash(key);
        List<long>? found = null;
        foreach (var run in _runs)
            if (run.Filter.MayContain(hash)) KeyChunk.Find(session, run.Id, run.Chunks, key, ref found);
        return found ?? (IReadOnlyList<long>)[];
    }

    /// <summary>Begins a run of keys that leave memory.</summary>
    public KeyRunWriter NewRun(IReadOnlyCollection<KeyEntry> inOrder) => new(++_lastRun, 0, inOrder, inOrder.Count);

    public void Add(KeyRun run) => _runs.Add(run);

    /// <summary>Does this commit's share of merging and sweeping.</summary>
    public void Advance(SqliteSession session, int events)
    {
        StartMerges(session);
        var rows = 0;
        foreach (var (level, merge) in _merges)
        {
            merge.Events += events;
            rows += merge.Advance();
            if (merge.IsComplete) Finish(level, merge);
        }
        // Not with every commit: for a single append it would be most of the work.
        _eventsUnswept += events;
        _sweep.Advance(session, (2 * rows) + (_eventsUnswept / EventsPerSweep));
        _eventsUnswept %= EventsPerSweep;
    }

    private void StartMerges(SqliteSession session)
    {
        foreach (var level in _runs.CountBy(run => run.Level).Where(level => level.Value >= RunsPerMerge))
            if (!_merges.ContainsKey(level.Key))
                _merges.Add(level.Key, new KeyMerge(
                    session,
                    ++_lastRun,
                    [.. _runs.Where(run => run.Level == level.Key).Take(RunsPerMerge)]));
    }

    private void Finish(int level, KeyMerge merge)
    {
        var merged = merge.Finish();
        _runs.RemoveAll(merge.Inputs.Contains);
        _runs.Add(merged);
        foreach (var input in merge.Inputs) _sweep.Add(input.Id);
        _merges.Remove(level);
        merge.Dispose();
    }
}
