using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// The newest durable entries of one room, those for nobody left out: what a node that comes new is given, so that it
/// asks no database. Bounded by their number and by their bytes.
/// </summary>
internal sealed class RoomWindow(int entriesMax, int bytesMax)
{
    private readonly Queue<LoggedEntry> _entries = new();
    private int _bytes;

    /// <summary>All that may be seen above this is here.</summary>
    public long After { get; private set; }

    /// <summary>The newest entry that was taken in, also if nobody may see it.</summary>
    public long Seq { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Starts over, empty, behind an entry.</summary>
    public void Reset(long after)
    {
        _entries.Clear();
        _bytes = 0;
        After = Seq = after;
    }

    /// <param name="entry">The one that follows the newest.</param>
    public void Add(LoggedEntry entry)
    {
        if (entry.Seq != Seq + 1)
            throw new InvalidOperationException($"Entry {entry.Seq} does not follow {Seq}, the newest of the window.");

        Seq = entry.Seq;
        if (entry.Audience == RoomAudience.Nobody) return;

        _entries.Enqueue(entry);
        _bytes += entry.Json.Length;
        while (_entries.Count > entriesMax || (_bytes > bytesMax && _entries.Count > 1)) Drop();
    }

    /// <summary>What is gone stays as a tombstone.</summary>
    public void Erase(RoomErasure erasure)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            var served = erasure.Covers(entry) ? RoomErasure.Tombstone(entry) : entry;
            _bytes += served.Json.Length - entry.Json.Length;
            _entries.Enqueue(served);
        }
    }

    public LoggedEntry[] ToArray() => [.. _entries];

    /// <summary>Those above a number, at most so many; null if the window does not reach back so far.</summary>
    public LoggedEntry[]? ReadAfter(long after, int limit, RoomAudience audience, out bool more)
    {
        more = false;
        if (after < After) return null;

        var found = new List<LoggedEntry>(Math.Min(limit, _entries.Count));
        foreach (var entry in _entries)
        {
            if (entry.Seq <= after || entry.Audience > audience) continue;
            more = found.Count == limit;
            if (more) break;
            found.Add(entry);
        }
        return [.. found];
    }

    private void Drop()
    {
        var oldest = _entries.Dequeue();
        _bytes -= oldest.Json.Length;
        After = oldest.Seq;
    }
}
