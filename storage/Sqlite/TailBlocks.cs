using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The newest blocks of one partition in memory. The pump reads right after an append, so nearly all reads end here,
/// without SQL. Bytes, not events: some hundred events are one object for the garbage collector, and are decoded by
/// whoever reads them. Filled only after the commit: what is here is durable.
/// </summary>
/// <param name="eventsMax">Kept at least, once there were as many; a block is kept or dropped as a whole.</param>
internal sealed class TailBlocks(int partition, int eventsMax)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long First, int Events, byte[] Body)> _blocks = [];
    private long _head;
    private int _events;

    /// <summary>The newest durable offset; 0 for an empty partition.</summary>
    public long Head => Volatile.Read(ref _head);

    public void Add(long first, int events, byte[] body)
    {
        lock (_gate)
        {
            if (first != _head + 1)
                throw new InvalidOperationException($"The tail goes on with offset {_head + 1}, found {first}.");

            _blocks.AddLast((first, events, body));
            _events += events;
            while (_events - _blocks.First!.Value.Events >= eventsMax)
            {
                _events -= _blocks.First.Value.Events;
                _blocks.RemoveFirst();
            }
            Volatile.Write(ref _head, first + events - 1);
        }
    }

    /// <summary>
    /// Forgets everything and goes on after <paramref name="head"/>: at start, and after a failed commit.
    /// </summary>
    public void Reset(long head)
    {
        lock (_gate)
        {
            if (head == _head) return;
            _blocks.Clear();
            _events = 0;
            Volatile.Write(ref _head, head);
        }
    }

    /// <returns>Null when the first event asked for is no longer here; otherwise the events, possibly none.</returns>
    public JournaledEvent[]? Read(long after, int limit)
    {
        if (Blocks(after, limit) is not { } blocks) return null;

        var found = new List<JournaledEvent>();
        foreach (var (first, body) in blocks)
            JournalBlock.Walk(partition, first, body, after, (offset, content) =>
            {
                found.Add(new(offset, JournalRecord.Decode(content)));
                return found.Count < limit;
            });
        return [.. found];
    }

    /// <returns>As many as are needed; null when the first event asked for is no longer here.</returns>
    private List<(long First, byte[] Body)>? Blocks(long after, int limit)
    {
        lock (_gate)
        {
            if (after >= _head) return [];
            if (after < _head - _events) return null;

            var wanted = new List<(long, byte[])>();
            // Readers are nearly always near the head: from there it is a few steps back.
            var block = _blocks.Last!;
            while (block.Value.First > after + 1) block = block.Previous!;
            for (var next = block; next is not null && next.Value.First <= after + limit; next = next.Next)
                wanted.Add((next.Value.First, next.Value.Body));
            return wanted;
        }
    }
}
