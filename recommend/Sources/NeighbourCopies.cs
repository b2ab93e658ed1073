using System.Numerics;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Copies items' ties for the writer, into what it has replaced and no snapshot reads any more: an engagement
/// touches the ties of all recent items, some kilobytes each, and all of that would be garbage soon.</summary>
/// <param name="neighboursMax">Neighbours of a full item.</param>
internal sealed class NeighbourCopies(int neighboursMax, PageClock? pages)
{
    private const int RoomMin = 4;

    // By the logarithm of the room they have, rounded down.
    private readonly Retired<Neighbours>[] _retired =
        [.. Enumerable.Range(0, 1 + BitOperations.Log2(uint.MaxValue)).Select(_ => new Retired<Neighbours>(pages))];

    /// <summary>A copy with room for one more, unless it is full; <paramref name="shared"/> waits for being
    /// used again.</summary>
    /// <param name="items">That have ties: at most twice as many copies of each size wait.</param>
    public Neighbours Replace(Neighbours shared, int items)
    {
        var room = Math.Max(RoomMin, Math.Max(shared.Count, Math.Min(shared.Count + 1, neighboursMax)));
        var size = BitOperations.Log2((uint)room - 1) + 1;
        if (!_retired[size].TryTake(out var copy))
            copy = new(1 << size);
        copy.Take(shared);
        _retired[BitOperations.Log2((uint)Math.Max(1, shared.Ids.Length))].Add(shared, 2 * items);
        return copy;
    }

    /// <summary>The ties of an item that has none.</summary>
    public static Neighbours New() => new(RoomMin);
}
