using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The k best of a stream of scored items. Candidates beyond twice k are thrown out in one sweep, so that most items
/// cost one comparison. Equal scores: the lower number wins, so answers do not depend on the order of arrival.
/// </summary>
internal sealed class TopK
{
    private ulong[] _keys = new ulong[64];
    private (float Score, int Item)[] _best = new (float, int)[32];
    private int _count;
    private int _k;
    private int _barItem;

    /// <summary>The k-th best score at the last cut: a lower one cannot matter, an equal one only with a lower
    /// number.</summary>
    public float Bar { get; private set; }

    public void Begin(int k)
    {
        (_k, _count, _barItem, Bar) = (k, 0, int.MaxValue, float.NegativeInfinity);
        if (_keys.Length < 2 * k)
            (_keys, _best) = (new ulong[2 * k], new (float, int)[k]);
    }

    /// <param name="item">Offered once.</param>
    public void Offer(float score, int item)
    {
        // Ties that cannot win are kept out: where all scores are equal, a cut per k items would be in vain.
        if (_k == 0 || score < Bar || (score == Bar && item > _barItem))
            return;
        _keys[_count++] = ScoreKeys.Of(score, item);
        if (_count == 2 * _k)
            Cut();
    }

    /// <summary>The best, best first; valid until the next time.</summary>
    public ReadOnlySpan<(float Score, int Item)> End()
    {
        if (_count > _k)
            Cut();
        var keys = _keys.AsSpan(0, _count);
        keys.Sort();
        for (var i = 0; i < keys.Length; i++)
            _best[i] = (ScoreKeys.ScoreOf(keys[^(i + 1)]), ScoreKeys.ItemOf(keys[^(i + 1)]));
        return _best.AsSpan(0, keys.Length);
    }

    private void Cut()
    {
        var least = KeySelection.MoveGreatestFirst(_keys.AsSpan(0, _count), _k);
        (_count, Bar, _barItem) = (_k, ScoreKeys.ScoreOf(least), ScoreKeys.ItemOf(least));
    }
}
