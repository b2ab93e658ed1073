namespace Engage.Neural;

/// <summary>
/// Finds the row of a 64-bit id: open addressing with linear probing (Knuth, vol. 3, 6.4) in a <see
/// cref="PagedTable{T}"/>, so that readers hold frozen views of it for the price of what changed. No two ids are ever
/// taken for each other.
/// </summary>
internal sealed class PagedIndex
{
    private const int PageShift = 6;

    // At most half of the slots are used: a search looks at two or three of them.
    private const int SlotsMin = 64;

    private PagedTable<IndexSlot> _slots = NewTable(SlotsMin);

    public int Count { get; private set; }

    public PagedIndexView Live => new(_slots.Live);

    public PagedIndexView Freeze() => new(_slots.Freeze());

    /// <summary>Adds an id that is not there.</summary>
    public void Add(ulong id, int row)
    {
        if (2 * (Count + 1) > _slots.Count)
            Double();
        Insert(_slots, id, row);
        Count++;
    }

    /// <summary>Takes an id out, when it is there.</summary>
    public void Remove(ulong id)
    {
        var mask = _slots.Count - 1;
        var hole = Live.Slot(id);
        if (_slots.Row(hole)[0].RowPlusOne == 0)
            return;
        // Entries behind the hole move up, unless that put them before the slot their search begins at.
        for (var next = (hole + 1) & mask; _slots.Row(next)[0].RowPlusOne != 0; next = (next + 1) & mask)
        {
            var home = PagedIndexView.Home(_slots.Row(next)[0].Id, mask);
            if (((next - home) & mask) < ((next - hole) & mask))
                continue;
            _slots.Writable(hole)[0] = _slots.Row(next)[0];
            hole = next;
        }

        _slots.Writable(hole)[0] = default;
        Count--;
    }

    private void Double()
    {
        var larger = NewTable(2 * _slots.Count);
        for (var s = 0; s < _slots.Count; s++)
            if (_slots.Row(s)[0] is { RowPlusOne: not 0 } slot)
                Insert(larger, slot.Id, slot.RowPlusOne - 1);
        _slots = larger;
    }

    private static void Insert(PagedTable<IndexSlot> slots, ulong id, int row) =>
        slots.Writable(new PagedIndexView(slots.Live).Slot(id))[0] = new(id, row + 1);

    private static PagedTable<IndexSlot> NewTable(int slots)
    {
        var table = new PagedTable<IndexSlot>(1, PageShift);
        table.GrowTo(slots);
        return table;
    }
}

/// <summary>An id and its row; 0 for an empty slot.</summary>
internal readonly record struct IndexSlot(ulong Id, int RowPlusOne);

/// <summary>A <see cref="PagedIndex"/> for reading.</summary>
internal readonly struct PagedIndexView(PagedRows<IndexSlot> slots)
{
    /// <summary>The row of an id, -1 when it has none.</summary>
    public int Find(ulong id) => slots.At(Slot(id)).RowPlusOne - 1;

    /// <summary>The slot where an id is, or the empty one where it would be.</summary>
    public int Slot(ulong id)
    {
        var mask = slots.Count - 1;
        var at = Home(id, mask);
        while (slots.At(at) is { RowPlusOne: not 0 } slot && slot.Id != id)
            at = (at + 1) & mask;
        return at;
    }

    public static int Home(ulong id, int mask) => (int)(StableHash.Mix(id) >> 32) & mask;
}
