using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// The newest entries of a room that somebody may see, bounded in number and bytes: what joins and returns are answered
/// from. Not thread-safe.
/// </summary>
internal sealed class RoomWindow(int entriesMax, int bytesMax)
{
    private readonly List<LoggedEntry> _entries = [];

    /// <summary>
    /// Entries before this one are out of the window, but still in the list until it is worth tidying.
    /// </summary>
    private int _first;
    private long _bytes;

    /// <summary>The window holds all there is to see above this...</summary>
    public long After { get; private set; }

    /// <summary>...up to this.</summary>
    public long To { get; private set; }

    public int Count => _entries.Count - _first;

    public void Reset(long after, long to, ReadOnlySpan<LoggedEntry> entries)
    {
        _entries.Clear();
        (_first, _bytes) = (0, 0);
        (After, To) = (after, after);
        Append(to, entries);
    }

    /// <summary>Entries at or below <see cref="To"/> are here already and are left out.</summary>
    public void Append(long to, ReadOnlySpan<LoggedEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Seq <= To) continue;
            _entries.Add(entry);
            _bytes += entry.Json.Length;
            To = entry.Seq;
        }
        To = Math.Max(To, to);
        Trim();
    }

    /// <summary>Entries above <paramref name="after"/>, in order; valid until the window is changed.</summary>
    public ReadOnlySpan<LoggedEntry> Above(long after)
    {
        var entries = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)[_first..];
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Seq <= after) low = middle + 1;
            else high = middle;
        }
        return entries[low..];
    }

    /// <summary>What is gone stays as a tombstone.</summary>
    public void Erase(RoomErasure erasure)
    {
        for (var i = _first; i < _entries.Count; i++)
        {
            if (!erasure.Covers(_entries[i])) continue;
            var tombstone = RoomErasure.Tombstone(_entries[i]);
            _bytes += tombstone.Json.Length - _entries[i].Json.Length;
            _entries[i] = tombstone;
        }
    }

    private void Trim()
    {
        while (Count > entriesMax || (_bytes > bytesMax && Count > 1))
        {
            var gone = _entries[_first++];
            _bytes -= gone.Json.Length;
            After = gone.Seq;
        }
        if (_first < entriesMax) return;
        _entries.RemoveRange(0, _first);
        _first = 0;
    }
}
