using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Which items are taken by the same users. When a user takes an item, it is tied to each of the user's recent items; g
/// is how many engagements lie between (1 for the last one). Four kinds of tie are kept, and the ranker learns which
/// one to trust:
/// <see cref="Next"/>, <see cref="Together"/>, <see cref="Fresh"/> and <see cref="After"/>.
/// </summary>
internal sealed class CoOccurrence
{
    /// <summary>Directed, weight 1/g²: what comes right after.</summary>
    public const int Next = 0;

    /// <summary>Both directions, weight 1/sqrt(g): what belongs to the same taste.</summary>
    public const int Together = 1;

    /// <summary>Both directions, weight 1/sqrt(g), forgotten by a half-life in events.</summary>
    public const int Fresh = 2;

    /// <summary>Directed, weight 1/g: what comes later.</summary>
    public const int After = 3;

    private const double FreshWeightMax = 1e15;

    private readonly int _max;
    private readonly int _window;
    private readonly int _itemsPerTensor;
    private readonly double _growth;
    private readonly PagedTable<int> _items;
    private readonly NeighbourBlocks _blocks;
    private readonly PageClock? _ownPages;
    private double _freshWeight = 1;

    /// <param name="itemsPerTensor">Items whose ties are saved in one tensor; a saved model says its own.</param>
    /// <param name="pages">Numbers the views of what is frozen; without it nothing that a view shows is ever written
    /// again.</param>
    public CoOccurrence(RecommenderOptions options, int? itemsPerTensor = null, PageClock? pages = null)
    {
        (_max, _window) = (options.NeighboursMax, options.CoOccurrenceWindow);
        _ownPages = pages is null ? new() : null;
        (_items, _blocks) = (new(1, 6, pages), new(options.NeighboursMax, (pages ?? _ownPages)!));
        _itemsPerTensor = itemsPerTensor ?? TieBlock.ItemsPerTensor(_max);
        _growth = Math.Pow(2, 1 / options.FreshTieHalfLifeEvents);
    }

    public CoOccurrenceView Live => new(_items.Live, _blocks.View, (float)(1 / _freshWeight));

    /// <summary>Floats of all ties in memory: in use, and of all that waits or lies idle.</summary>
    public (long Used, long Held) Floats => (_blocks.Used, _blocks.Held);

    public CoOccurrenceView Freeze()
    {
        _ownPages?.Begin();
        if (_blocks.IsWasteful)
            _blocks.BeginAnew(_items);
        return new(_items.Freeze(), _blocks.View, (float)(1 / _freshWeight));
    }

    public void GrowTo(int items) => _items.GrowTo(items);

    /// <summary>Ties <paramref name="item"/> to what the same user took before.</summary>
    /// <param name="recent">The user's recent items, oldest first; negative for unknown ones.</param>
    /// <param name="back">How many items back each lies.</param>
    public void Add(ReadOnlySpan<int> recent, ReadOnlySpan<int> back, int item)
    {
        _freshWeight *= _growth;
        if (_freshWeight > FreshWeightMax)
            Rescale();
        var fresh = (float)_freshWeight;
        for (var i = Math.Max(0, recent.Length - _window); i < recent.Length; i++)
        {
            var (other, gap) = (recent[i], back[i] + 1f);
            if (other < 0 || other == item)
                continue;
            var together = 1 / MathF.Sqrt(gap);
            Tie(other, item, 1 / (gap * gap), together, together * fresh, 1 / gap);
            Tie(item, other, 0, together, together * fresh, 0);
        }
    }

    /// <summary>In blocks of items: the ties of all may be longer than one array can be.</summary>
    public void Carry(ModelState state)
    {
        var (items, perTensor) = (_items.Count, _itemsPerTensor);
        state.Value("ties.items", ref items);
        state.Value("ties.items_per_tensor", ref perTensor);
        state.Value("ties.fresh_weight", ref _freshWeight);
        if (perTensor < 1)
            throw new InvalidDataException($"'ties.items_per_tensor' is {perTensor}; expected at least 1.");
        _items.GrowTo(items);
        // What is there now is written when the state is: from here on it is shared.
        if (!state.Loading)
            _ownPages?.Begin();
        var view = state.Loading ? Live : new(_items.Share(), _blocks.View, 1);
        for (var (from, block) = (0, 0); from < items; from += perTensor, block++)
        {
            var (name, count) = ($"ties.{block}", Math.Min(perTensor, items - from));
            if (state.Loading)
                TieBlock.Load(state, name, _items, _blocks, from, count);
            else
                TieBlock.Save(state, name, view, from, count);
        }
    }

    private void Tie(int from, int to, float next, float together, float fresh, float after)
    {
        var totals = _blocks.Own(_items, from, to, out var entry).Totals;
        entry[Next] += next;
        entry[Together] += together;
        entry[Fresh] += fresh;
        entry[After] += after;
        totals[Next] += next;
        totals[Together] += together;
        totals[Fresh] += fresh;
        totals[After] += after;
    }

    private void Rescale()
    {
        var factor = (float)(1 / _freshWeight);
        for (var item = 0; item < _items.Count; item++)
        {
            if (_items.Row(item)[0] == 0)
                continue;
            var own = _blocks.Own(_items, item);
            own.Totals[Fresh] *= factor;
            for (var i = 0; i < own.Read.Count; i++)
                own.Entry(i)[Fresh] *= factor;
        }

        _freshWeight = 1;
    }
}

/// <summary>The ties at one moment.</summary>
internal readonly struct CoOccurrenceView(PagedRows<int> items, SlabsView blocks, float freshScale)
{
    /// <summary>What a stored <see cref="CoOccurrence.Fresh"/> weight must be multiplied by to be in ties of
    /// now.</summary>
    public float FreshScale => freshScale;

    public Neighbours Of(int item) => items.At(item) is > 0 and var block ? new(blocks[block]) : default;

    /// <summary>Asks for the beginning of what is known of an item; the hardware follows from there.</summary>
    public void Prefetch(int item)
    {
        if (items.At(item) is > 0 and var block)
            Neighbours.Prefetch(blocks[block]);
    }
}
