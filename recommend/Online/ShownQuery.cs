using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The feature rows behind a list that was shown. A list brings as many impressions as it has items; as long as nothing
/// was learned in between they come from one search for candidates. What is kept between two impressions can be made
/// again from their contexts and <see cref="_nowMs"/>, so that a restart in the middle of a list changes nothing.
/// </summary>
internal sealed class ShownQuery
{
    /// <summary>Impressions of one list happen this close to one another.</summary>
    private const long ListMs = 60_000;

    private readonly CandidateSearch _search = new();
    private readonly MlpWorkspace _workspace = new();
    private readonly List<int> _candidates = [];
    private ulong _key;
    private long _nowMs;
    private bool _valid;
    private bool _filled;
    private float _logSum;
    private float[] _logits = [];
    private float[] _rows = [];

    /// <summary>Something was learned: what comes next is judged by the model as it is then.</summary>
    public void Invalidate() => (_valid, _filled) = (false, false);

    /// <summary>Keeps nothing of whoever was shown a list last, nor that it was she.</summary>
    public void Forget()
    {
        Invalidate();
        (_key, _nowMs) = (0, 0);
    }

    /// <summary>The row of an item as the ranker saw it when it was shown.</summary>
    /// <param name="row">[features], receives it, standardized.</param>
    /// <returns>The logarithm of the item's share among the candidates.</returns>
    public float Fill(ModelView view, UserContext user, in Impression shown, int item, Span<float> row)
    {
        var key = ImpressionJoin.KeyOf(shown.User, "") ^ ((ulong)user.SeenCount << 32)
            ^ (ulong)user.RecentItems.Length;
        if (!_valid || key != _key || Math.Abs(shown.AtMs - _nowMs) > ListMs)
            (_key, _nowMs, _valid, _filled) = (key, shown.AtMs, true, false);
        if (!_filled)
            Search(view, user);
        var at = _candidates.IndexOf(item);
        if (at < 0)
            return Outside(view, user, item, row);
        _rows.AsSpan(at * row.Length, row.Length).CopyTo(row);
        return _logits[at] - _logSum;
    }

    public void Carry(ModelState state)
    {
        long[] kept = [(long)_key, _nowMs, _valid ? 1 : 0];
        state.Fixed("online.shown_query", kept);
        (_key, _nowMs, _valid) = ((ulong)kept[0], kept[1], kept[2] != 0);
        _filled &= !state.Loading;
    }

    private void Search(ModelView view, UserContext user)
    {
        _search.Find(view, user);
        _candidates.Clear();
        _candidates.AddRange(_search.Found.Candidates);
        _logits = Score(view, user, CollectionsMarshal.AsSpan(_candidates));
        _logSum = EngagementView.LogSumExp(_logits);
        _filled = true;
    }

    /// <summary>What no source found was shown by somebody else's choice; it is judged beside the candidates.</summary>
    private float Outside(ModelView view, UserContext user, int item, Span<float> row)
    {
        var logits = Score(view, user, [.. _candidates, item]);
        _rows.AsSpan(_candidates.Count * row.Length, row.Length).CopyTo(row);
        // The rows of the candidates may have moved: they are relative to the largest.
        _filled = false;
        return logits[^1] - EngagementView.LogSumExp(logits);
    }

    private float[] Score(ModelView view, UserContext user, ReadOnlySpan<int> items)
    {
        var features = view.Ranker.Layout.Count;
        if (_rows.Length < items.Length * features)
            _rows = new float[2 * items.Length * features];
        var rows = _rows.AsSpan(0, items.Length * features);
        FeatureRows.Fill(view, view.Ranker.Layout, user, _nowMs, _search.Found, items, rows);
        var given = new float[items.Length];
        view.Mixture.Fill(rows, items.Length, given);
        view.Ranker.Standardize(rows, items.Length);
        var logits = view.Ranker.Score(rows, items.Length, _workspace).ToArray();
        view.Mixture.Mix(given, logits);
        return logits;
    }
}
