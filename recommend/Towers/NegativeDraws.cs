using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Draws negatives: half of them uniformly, so that every item is told apart, and half from what others took lately, so
/// that what is popular has to be earned. The probability of each draw is known, for the log-Q correction.
/// </summary>
internal sealed class NegativeDraws(SeededRandom random)
{
    private const int RingMax = 8192;

    private readonly List<int> _ring = [];
    private readonly List<int> _counts = [];
    private int _at;

    private int Items => _counts.Count;

    public void GrowTo(int items)
    {
        while (_counts.Count < items)
            _counts.Add(0);
    }

    /// <summary>Fills <paramref name="into"/> with numbers of items, repeats possible.</summary>
    public void Draw(Span<int> into)
    {
        for (var n = 0; n < into.Length; n++)
            into[n] = _ring.Count > 0 && (n & 1) == 0 ? _ring[random.Next(_ring.Count)] : random.Next(Items);
    }

    /// <summary>The probability that one draw gives <paramref name="item"/>.</summary>
    public float Probability(int item) => _ring.Count == 0
        ? 1f / Items
        : (0.5f / Items) + (0.5f * _counts[item] / _ring.Count);

    /// <summary>Counts an item as taken just now.</summary>
    public void Remember(int item)
    {
        _counts[item]++;
        if (_ring.Count < RingMax)
        {
            _ring.Add(item);
            return;
        }

        _counts[_ring[_at]]--;
        _ring[_at] = item;
        _at = (_at + 1) % RingMax;
    }

    public void Carry(ModelState state)
    {
        var (ring, counts) = (_ring.ToArray(), _counts.ToArray());
        state.Array("towers.ring", ref ring);
        state.Array("towers.ring_counts", ref counts);
        state.Value("towers.ring_at", ref _at);
        if (!state.Loading)
            return;
        _ring.Clear();
        _ring.AddRange(ring);
        _counts.Clear();
        _counts.AddRange(counts);
    }
}
