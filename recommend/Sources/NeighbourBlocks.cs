using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The writer's side of items' ties, in blocks of <see cref="Slabs"/>: an engagement touches the ties of all recent
/// items, some kilobytes each, and as objects they were most of what the garbage collector had to look through.
/// </summary>
internal sealed class NeighbourBlocks
{
    private const int RoomMin = 4;

    // Below that much nobody saves by beginning anew.
    private const long WastedMin = 1 << 20;

    private readonly int _max;
    private readonly PageClock _pages;
    private readonly int[] _rooms;
    private readonly float[] _ties;
    private Slabs _slabs;

    /// <param name="neighboursMax">Neighbours of a full item.</param>
    /// <param name="pages">Numbers the views.</param>
    public NeighbourBlocks(int neighboursMax, PageClock pages)
    {
        var rooms = new List<int>();
        for (long room = RoomMin; room < neighboursMax; room *= 2)
            rooms.Add((int)room);
        _rooms = [.. rooms, neighboursMax];
        (_max, _pages, _ties) = (neighboursMax, pages, new float[neighboursMax]);
        _slabs = NewSlabs();
    }

    /// <summary>For reading, in views too.</summary>
    public SlabsView View => _slabs.View;

    /// <summary>Floats in memory, used or not.</summary>
    public long Held => _slabs.Held;

    /// <summary>Floats of blocks in use.</summary>
    public long Used => _slabs.Used;

    /// <summary>More lies idle or waits than is in use: where views are never released, it waits for ever.</summary>
    public bool IsWasteful => _slabs.Wasted > WastedMin + (3 * _slabs.Used);

    /// <summary>A block for what is known of an item's neighbours.</summary>
    /// <exception cref="InvalidDataException">They are more than an item may have.</exception>
    public int New(ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, ReadOnlySpan<float> totals)
    {
        if (ids.Length > _max)
            throw new InvalidDataException(
                $"An item has {ids.Length} neighbours; the options allow {_max}. Load with the options it was saved "
                + "with.");
        var block = Rent(ids.Length);
        Of(block).Take(ids, weights, totals);
        return block;
    }

    /// <summary>Moves all blocks to other slabs: the old ones are garbage once no view shows them.</summary>
    /// <param name="items">Their blocks, 0 where there is none.</param>
    public void BeginAnew(PagedTable<int> items)
    {
        var old = _slabs;
        _slabs = NewSlabs();
        for (var item = 0; item < items.Count; item++)
        {
            if (items.Row(item)[0] is not (> 0 and var shared))
                continue;
            var block = Copy(new(old[shared]), more: 0);
            // The view that is being taken shows it.
            Of(block).Born = _pages.Now - 1;
            items.Writable(item)[0] = block;
        }

        // Its spans do not keep it alive.
        GC.KeepAlive(old);
    }

    /// <summary>An item's ties for writing.</summary>
    public OwnNeighbours Own(PagedTable<int> items, int item)
    {
        var block = items.Row(item)[0];
        if (block > 0 && Of(block) is var own && own.Born == _pages.Now)
            return own;
        var copy = block > 0 ? Copy(Of(block).Read, more: 1) : New([], [], [0, 0, 0, 0]);
        if (block > 0)
            _slabs.Retire(block, Of(block).Born);
        items.Writable(item)[0] = copy;
        return Of(copy);
    }

    /// <summary>An item's ties for writing, and the weights of a neighbour, which is added with zeros when
    /// absent.</summary>
    public OwnNeighbours Own(PagedTable<int> items, int item, int neighbour, out Span<float> weights)
    {
        var own = Own(items, item);
        if (own.Read.Ids.IndexOf(neighbour) is >= 0 and var at)
        {
            weights = own.Entry(at);
            return own;
        }

        if (own.Read.Count >= _max)
            own.DropWeakest(_max - Math.Max(1, _max / 4), _ties);
        if (own.Read.Count == own.Read.Room)
            own = Enlarge(items, item, own.Read);
        weights = own.Append(neighbour);
        return own;
    }

    private OwnNeighbours Enlarge(PagedTable<int> items, int item, Neighbours own)
    {
        var block = Copy(own, more: 1);
        _slabs.Return(items.Row(item)[0]);
        items.Writable(item)[0] = block;
        return Of(block);
    }

    private int Copy(Neighbours from, int more)
    {
        var block = Rent(Math.Min(from.Count + more, _max));
        Of(block).Take(from.Ids, from.Weights, from.Totals);
        return block;
    }

    /// <summary>A block with anything in it, made now.</summary>
    private int Rent(int room)
    {
        var size = 0;
        while (_rooms[size] < room)
            size++;
        var block = _slabs.Rent(size);
        Of(block).Born = _pages.Now;
        return block;
    }

    private OwnNeighbours Of(int block) => new(_slabs[block]);

    private Slabs NewSlabs() => new(Array.ConvertAll(_rooms, Neighbours.BlockLength), _pages);
}
