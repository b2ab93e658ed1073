using Engage.Neural;

namespace Engage.Recommend;

/// <summary>The items' output vectors, and a quantized copy of them for searching, which follows when it is
/// needed.</summary>
internal sealed class ItemVectors
{
    // Rows asked for while another one is quantized: as many as memory takes for one.
    private const int Ahead = 4;

    private readonly PagedTable<float> _rows;
    private readonly QuantizedTable _coarse;
    private readonly List<int> _changed = [];
    private bool[] _isChanged = [];

    /// <param name="shape">The heads' parts are quantized; the biases are few, and of another magnitude.</param>
    /// <param name="pages">Numbers the views of what is frozen.</param>
    public ItemVectors(TowerShape shape, PageClock? pages) => (_rows, _coarse) = (
        TowerShape.Table(shape.Count, pages), new(new(shape.BiasAt, shape.Count - shape.BiasAt), pages));

    /// <summary>As they are now; valid only until the next change.</summary>
    public ItemVectorsView Live
    {
        get
        {
            Follow();
            return new(_rows.Live, _coarse.Live);
        }
    }

    /// <summary>The same for everything but searching, while they are being changed.</summary>
    public ItemVectorsView Changing => new(_rows.Live, default);

    public ItemVectorsView Freeze()
    {
        Follow();
        return new(_rows.Freeze(), _coarse.Freeze());
    }

    public void GrowTo(int items)
    {
        var had = _rows.Count;
        _rows.GrowTo(items);
        _coarse.GrowTo(items);
        if (_isChanged.Length < items)
            Array.Resize(ref _isChanged, items + (items / 2));
        for (var item = had; item < items; item++)
            Change(item);
    }

    public ReadOnlySpan<float> Row(int item) => _rows.Row(item);

    /// <summary>Asks for an item's vector.</summary>
    public void Prefetch(int item) => _rows.Live.Prefetch(item);

    public Span<float> Writable(int item)
    {
        Change(item);
        return _rows.Writable(item);
    }

    public void Carry(ModelState state, string name)
    {
        state.Table(name, _rows);
        if (state.Loading)
            GrowTo(_rows.Count);
        for (var item = 0; state.Loading && item < _rows.Count; item++)
            Change(item);
    }

    private void Change(int item)
    {
        if (_isChanged[item])
            return;
        _isChanged[item] = true;
        _changed.Add(item);
    }

    private void Follow()
    {
        for (var i = 0; i < _changed.Count; i++)
        {
            if (i + Ahead < _changed.Count)
            {
                _rows.Live.Prefetch(_changed[i + Ahead]);
                _coarse.Prefetch(_changed[i + Ahead]);
            }

            _coarse.Set(_changed[i], _rows.Row(_changed[i]));
            _isChanged[_changed[i]] = false;
        }

        _changed.Clear();
    }
}

/// <summary>The items' output vectors at one moment.</summary>
/// <param name="Rows">[items, <see cref="TowerShape.Count"/>].</param>
/// <param name="Coarse">Their quantized copy.</param>
internal readonly record struct ItemVectorsView(PagedRows<float> Rows, QuantizedRows Coarse);
