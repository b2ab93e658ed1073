namespace Engage.Recommend;

/// <summary>
/// The k best of a stream of scored items. Candidates beyond twice k are thrown out in one sweep, so that most items
/// cost one comparison. Equal scores: the lower number wins, so answers do not depend on the order of arrival.
/// </summary>
internal sealed class TopK
{
    private (float Score, int Item)[] _entries = new (float, int)[64];
    private int _count;
    private int _k;
    private int _barItem;

    /// <summary>The k-th best score at the last cut: a lower one cannot matter, an equal one only with a lower
    /// number.</summary>
    public float Bar { get; private set; }

    /// <summary>The least score that can matter of an item whose number is above those of all offered before: there
    /// a tie with the bar never wins.</summary>
    public float AscendingBar { get; private set; }

    public void Begin(int k)
    {
        (_k, _count, _barItem) = (k, 0, int.MaxValue);
        Bar = AscendingBar = float.NegativeInfinity;
        if (_entries.Length < 2 * k)
            _entries = new (float, int)[2 * k];
    }

    public void Offer(float score, int item)
    {
        // Ties that cannot win are kept out: where all scores are equal, a sort per k items would be in vain.
        if (_k == 0 || score < Bar || (score == Bar && item > _barItem))
            return;
        _entries[_count++] = (score, item);
        if (_count == 2 * _k)
            Cut();
    }

    /// <summary>The best, best first.</summary>
    public ReadOnlySpan<(float Score, int Item)> End()
    {
        if (_k > 0)
            Cut();
        return _entries.AsSpan(0, _count);
    }

    private void Cut()
    {
        _entries.AsSpan(0, _count).Sort(static (a, b) =>
            a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Item.CompareTo(b.Item));
        if (_count < _k)
            return;
        _count = _k;
        (Bar, _barItem) = _entries[_k - 1];
        AscendingBar = MathF.BitIncrement(Bar);
    }
}
