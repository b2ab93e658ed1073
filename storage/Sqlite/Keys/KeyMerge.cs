namespace Engage.Storage.Sqlite.Keys;

/// <summary>Runs of one level becoming one of the next, while events come in.</summary>
internal sealed class KeyMerge(SqliteSession session, long run, IReadOnlyList<KeyRun> inputs) : IDisposable
{
    private readonly KeyRunWriter _writer = new(
        run, inputs[0].Level + 1, InOrder(session, inputs), inputs.Sum(input => input.Keys));

    public IReadOnlyList<KeyRun> Inputs => inputs;

    /// <summary>Events since it began.</summary>
    public long Events { get; set; }

    public bool IsComplete => _writer.IsComplete;

    /// <summary>Done well before as many events have come as would make it due again.</summary>
    /// <returns>Rows written.</returns>
    public int Advance() => _writer.Advance(session, Events, inputs.Sum(input => input.Keys));

    /// <summary>The longer run takes the place of the shorter ones.</summary>
    public KeyRun Finish()
    {
        foreach (var input in inputs) input.Forget(session);
        return _writer.Finish(session);
    }

    public void Dispose() => _writer.Dispose();

    private static IEnumerable<KeyEntry> InOrder(SqliteSession session, IReadOnlyList<KeyRun> inputs)
    {
        var next = new PriorityQueue<IEnumerator<KeyEntry>, KeyEntry>();
        foreach (var input in inputs)
        {
            var entries = KeyChunk.From(session, input.Id, input.Chunks, default).GetEnumerator();
            if (entries.MoveNext()) next.Enqueue(entries, entries.Current);
        }
        while (next.TryPeek(out var entries, out var entry))
        {
            yield return entry;
            if (entries.MoveNext()) next.DequeueEnqueue(entries, entries.Current);
            else next.Dequeue().Dispose();
        }
    }
}
