using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// What an engagement teaches about the order of candidates: attention, ranker and the mixture of rules see the very
/// rows that would have been scored, and the monitors how well it was foreseen.
/// </summary>
internal sealed class RankerTraining(
    HistoryAttention attention, Ranker ranker, RuleMixture mixture, OnlineLearner online, ProgressWindow progress,
    DriftMonitor drift, LossGuard guard)
{
    private readonly Rows<float> _rows = new();
    private int[] _takers = [];

    /// <summary>Drift raises the steps, calm after an explosion lowers them. Never kept: whatever changes it, the next
    /// step has the one of now.</summary>
    public float RateScale => drift.RateScale * guard.RateScale;

    /// <summary>One step towards the candidate that was taken.</summary>
    /// <param name="view">Of before the engagement.</param>
    /// <param name="query">What was found for the user, the item among the candidates.</param>
    /// <param name="explained">An impression that led to it teaches the engagement model.</param>
    /// <returns>False if a number was none: the model may be what is wrong.</returns>
    public bool Learn(ModelView view, UserContext before, Scratch query, int item, long atMs, bool explained)
    {
        var candidates = CollectionsMarshal.AsSpan(query.Candidates);
        var layout = ranker.Layout;
        _rows.Clear();
        var rows = _rows.Extend(candidates.Length * layout.Count);
        FeatureRows.Fill(view, layout, before, atMs, query, candidates, rows);
        if (!Finite.All(rows))
        {
            progress.Add(0, null);
            guard.Add(double.NaN, 0, double.NaN);
            return false;
        }

        var taken = candidates.IndexOf(item);
        attention.Learn(query, candidates, taken, rows, layout);
        var compared = view.Events % RuleMixture.Every == 0;
        if (compared)
            mixture.Read(rows, candidates.Length, taken);
        ranker.Observe(rows, candidates.Length);
        ranker.Live.Standardize(rows, candidates.Length);
        if (compared)
            mixture.Learn(ranker.ShareOf(rows, candidates.Length, taken));
        ranker.RateScale = RateScale;
        var (loss, rank) = ranker.Learn(rows, candidates.Length, taken);
        progress.Add(rank, float.IsFinite(loss) ? loss : null);
        guard.Add(loss, Math.Log(candidates.Length), ranker.GradientNorm);
        if (guard.Doubts)
            guard.Hear(loss - ranker.WitnessLoss(rows, candidates.Length, taken));
        else
            ranker.Settle();
        drift.Add(loss);
        if (!explained)
            online.LearnUnshown(rows, Takers(view, candidates), taken);
        return float.IsFinite(loss) && float.IsFinite(ranker.GradientNorm);
    }

    private ReadOnlySpan<int> Takers(ModelView view, ReadOnlySpan<int> candidates)
    {
        if (_takers.Length < candidates.Length)
            _takers = new int[2 * candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
            _takers[i] = view.Catalogue.Stats(candidates[i]).Takers;
        return _takers.AsSpan(0, candidates.Length);
    }
}
