using Engage.Contracts.Activity;

namespace Engage.Storage;

/// <summary>
/// The newest events of one partition in memory. The pump reads right after an append, so nearly all reads end here,
/// without SQL. Filled only after the commit: what a ring shows is durable.
/// </summary>
internal sealed class TailRing(int capacity)
{
    private readonly Lock _gate = new();
    private JournaledEvent[] _events = [];
    private long _newest;
    private int _count;

    /// <summary>The newest durable offset; 0 for an empty partition.</summary>
    public long Head => Volatile.Read(ref _newest);

    public void Add(JournaledEvent entry)
    {
        lock (_gate)
        {
            if (entry.Offset != _newest + 1)
                throw new InvalidOperationException($"Tail expected offset {_newest + 1}, found {entry.Offset}.");

            if (_count == _events.Length && _count < capacity) Grow();
            _events[entry.Offset % _events.Length] = entry;
            _count = Math.Min(_count + 1, _events.Length);
            Volatile.Write(ref _newest, entry.Offset);
        }
    }

    /// <summary>
    /// Forgets everything and goes on after <paramref name="head"/>: at start, and after a failed commit.
    /// </summary>
    public void Reset(long head)
    {
        lock (_gate)
        {
            if (head == _newest) return;
            _count = 0;
            Array.Clear(_events);
            Volatile.Write(ref _newest, head);
        }
    }

    /// <returns>Null when the first event asked for is no longer here; otherwise the events, possibly none.</returns>
    public JournaledEvent[]? Read(long after, int limit)
    {
        lock (_gate)
        {
            if (after >= _newest) return [];
            if (after < _newest - _count) return null;

            var found = new JournaledEvent[Math.Min(limit, _newest - after)];
            for (var i = 0; i < found.Length; i++)
                found[i] = _events[(after + 1 + i) % _events.Length];
            return found;
        }
    }

    /// <summary>
    /// Doubles, so that a partition that sees little takes little; the slots move because the modulus does.
    /// </summary>
    private void Grow()
    {
        var larger = new JournaledEvent[Math.Min(capacity, Math.Max(64, _events.Length * 2))];
        for (var offset = _newest - _count + 1; offset <= _newest; offset++)
            larger[offset % larger.Length] = _events[offset % _events.Length];
        _events = larger;
    }
}
