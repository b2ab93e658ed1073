using System.Runtime.Intrinsics;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Fills the feature rows of one query's candidates, raw; the ranker standardizes them.</summary>
internal static class FeatureRows
{
    // Imagined takers with a variance of 1.
    private const float StagePrior = 4;

    // Added to every tie: its logarithm is that of no tie at all.
    private const float NoTie = 1e-4f;

    /// <param name="rows">[candidates, layout.Count], row-major.</param>
    public static void Fill(
        ModelView view, FeatureLayout layout, UserContext user, long nowMs, Scratch scratch,
        ReadOnlySpan<int> candidates, Span<float> rows)
    {
        Span<float> about = stackalloc float[FeatureLayout.UserCount];
        FillUser(user, nowMs, view, about);
        // Views are structs of some size: one copy each, not one per candidate.
        var (trends, stage, towers) = (view.Trends, view.Stages.Of(scratch.Asked.Had), view.Towers);
        var mine = trends.Columns;
        ReadOnlySpan<float> asker = scratch.Asked.User.All;
        Span<float> scales = stackalloc float[layout.Trends];
        Span<float> leaders = stackalloc float[layout.Trends];
        trends.Scales(scales, nowMs);
        trends.Best(leaders);
        stage.Scales(scales[mine..], nowMs);
        stage.Best(leaders[mine..]);
        var last = scratch.Recent.Length > 0 && scratch.Recent[^1] >= 0 ? view.Ties.Of(scratch.Recent[^1]) : default;
        // The candidates lie anywhere: their rows are asked for together instead of one wait after the other.
        foreach (var item in candidates)
        {
            towers.Prefetch(item);
            view.Attention.Prefetch(item);
            CacheLines.Prefetch(trends.Stored(item));
            CacheLines.Prefetch(stage.Stored(item));
        }

        // What the logarithms are taken of, apart from the rows: one pass takes them all.
        scratch.Logs.Clear();
        var logs = scratch.Logs.Extend(candidates.Length * layout.Logs);
        for (var i = 0; i < candidates.Length; i++)
        {
            var item = candidates[i];
            var row = rows.Slice(i * layout.Count, layout.Count);
            var own = logs.Slice(i * layout.Logs, layout.Logs);
            row.Clear();
            about.CopyTo(row);
            var shares = row.Slice(FeatureLayout.TrendAt + layout.Trends, layout.Trends);
            FillTrends(trends.Stored(item), scales, leaders, own, shares);
            FillTrends(stage.Stored(item), scales[mine..], leaders[mine..], own[mine..], shares[mine..]);
            ref readonly var stats = ref view.Catalogue.Stats(item);
            FillTies(scratch, item, stats.Takers, last, own[layout.TieLogsAt..], row[layout.TieAt..]);
            row[layout.TowerAt] = towers.Parts(asker, item, row.Slice(layout.TowerAt + 2, layout.TowerParts));
            FillAge(stats, view.Events, about[1], nowMs, own[layout.AgeLogsAt..], row[layout.AgeAt..]);
            if (scratch.IsAlike(item))
            {
                row[layout.ContentAt] = scratch.Alike(item);
                row[layout.ContentAt + 1] = scratch.AlikeSum(item);
            }
        }

        FastMath.Log(logs);
        PlaceLogs(layout, logs, candidates.Length, rows);
        view.Attention.Fill(
            scratch.Recent, candidates, scratch.Attention, rows[Math.Min(layout.AttentionAt, rows.Length)..],
            layout.Count);
        FillTieShares(layout, candidates.Length, rows);
        FillDistances(layout, candidates.Length, rows);
        FillCreators(view, layout, scratch, candidates, rows);
    }

    private static void FillUser(UserContext user, long nowMs, ModelView view, Span<float> about)
    {
        var at = user.RecentAtMs.Span;
        about[0] = FastMath.Log(1 + at.Length);
        about[1] = FastMath.Log(1 + user.SeenCount);
        if (at.Length > 0)
        {
            about[2] = LogSeconds(nowMs - at[^1]);
            about[3] = LogSeconds(nowMs - at[Math.Max(0, at.Length - 5)]);
            about[4] = LogSeconds(nowMs - at[0]) - about[0];
        }

        about[5] = FastMath.Log(1 + view.Catalogue.Count);
    }

    private static void PlaceLogs(FeatureLayout layout, ReadOnlySpan<float> logs, int count, Span<float> rows)
    {
        for (var i = 0; i < count; i++)
        {
            var row = rows.Slice(i * layout.Count, layout.Count);
            var own = logs.Slice(i * layout.Logs, layout.Logs);
            own[..layout.Trends].CopyTo(row[FeatureLayout.TrendAt..]);
            own.Slice(layout.TieLogsAt, FeatureLayout.TieSums).CopyTo(row[layout.TieAt..]);
            own.Slice(layout.TieLogsAt + FeatureLayout.TieSums, FeatureLayout.TieExtraLogs)
                .CopyTo(row[layout.TieExtraAt..]);
            own.Slice(layout.AgeLogsAt, FeatureLayout.AgeLogs).CopyTo(row[layout.AgeAt..]);
        }
    }

    /// <param name="leaders">The best stored score of each trend.</param>
    /// <param name="logs">Receives each trend, for its logarithm.</param>
    /// <param name="shares">Receives each trend's share of the leader's.</param>
    private static void FillTrends(
        ReadOnlySpan<float> stored, ReadOnlySpan<float> scales, ReadOnlySpan<float> leaders, Span<float> logs,
        Span<float> shares)
    {
        for (var c = 0; c < stored.Length; c++)
        {
            logs[c] = 0.02f + (stored[c] * scales[c]);
            shares[c] = leaders[c] > 0 ? stored[c] / leaders[c] : 0;
        }
    }

    /// <param name="last">The ties of the last item had, if any.</param>
    private static void FillTies(
        Scratch scratch, int item, int takers, Neighbours last, Span<float> logs, Span<float> into)
    {
        const int sums = FeatureLayout.TieSums;
        if (!scratch.IsTouched(item))
        {
            logs[..(sums + FeatureLayout.TieExtraLogs)].Fill(NoTie);
            return;
        }

        var ties = scratch.TieSums.AsSpan(item * sums, sums);
        ties.CopyTo(into[sums..]);
        for (var c = 0; c < sums; c++)
            logs[c] = NoTie + ties[c];
        var popular = MathF.Sqrt(takers + 1);
        logs[sums] = NoTie + (ties[Neighbours.Kinds + CoOccurrence.Together] / popular);
        logs[sums + 1] = NoTie + (ties[CoOccurrence.Together] / popular);
        var at = last.Ids.IndexOf(item);
        logs[sums + 2] = NoTie + (at < 0 ? 0 : LastTie(last, at, CoOccurrence.Next));
        logs[sums + 3] = NoTie + (at < 0 ? 0 : LastTie(last, at, CoOccurrence.Together));
        into[(2 * sums) + 4] = (float)scratch.TieCount(item) / scratch.Recent.Length;
    }

    private static float LastTie(Neighbours last, int at, int kind) =>
        last.Weights[(at * Neighbours.Kinds) + kind] / (last.Totals[kind] + 1);

    private static void FillAge(
        in ItemStats stats, long events, float had, long nowMs, Span<float> logs, Span<float> into)
    {
        logs[0] = 1 + events - Math.Max(0, stats.FirstEvent);
        logs[1] = 1 + events - Math.Max(0, stats.LastEvent);
        logs[2] = 1 + Seconds(nowMs - stats.BornAtMs);
        logs[3] = stats.LastEvent < 0 ? logs[2] : 1 + Seconds(nowMs - stats.LastAtMs);
        logs[4] = 1 + stats.Takers;
        into[5] = stats.LastEvent < 0 ? 1 : 0;
        var off = had - stats.StageMean;
        // A few takers at the same stage are no proof that it is the only one.
        var variance = ((stats.StageVariance * stats.Takers) + StagePrior) / (stats.Takers + StagePrior);
        into[6] = off;
        into[7] = off * off / variance;
        into[8] = stats.StageMean;
    }

    /// <summary>Each tie sum's share of the largest among the candidates.</summary>
    private static void FillTieShares(FeatureLayout layout, int count, Span<float> rows)
    {
        // The tie sums of a row are one vector.
        var at = layout.TieAt + FeatureLayout.TieSums;
        var max = Vector256.Create(1e-9f);
        for (var i = 0; i < count; i++)
        {
            var sums = rows.Slice((i * layout.Count) + at, FeatureLayout.TieSums);
            max = Vector256.Max(max, Vector256.Create<float>(sums));
        }

        for (var i = 0; i < count; i++)
        {
            var sums = rows.Slice((i * layout.Count) + at, FeatureLayout.TieSums);
            (Vector256.Create<float>(sums) / max).CopyTo(sums);
        }
    }

    /// <summary>How far each logit of the towers lies below the best candidate's.</summary>
    private static void FillDistances(FeatureLayout layout, int count, Span<float> rows)
    {
        var best = float.NegativeInfinity;
        for (var i = 0; i < count; i++)
            best = MathF.Max(best, rows[(i * layout.Count) + layout.TowerAt]);
        for (var i = 0; i < count; i++)
            rows[(i * layout.Count) + layout.TowerAt + 1] =
                MathF.Exp(rows[(i * layout.Count) + layout.TowerAt] - best);
    }

    private static void FillCreators(
        ModelView view, FeatureLayout layout, Scratch scratch, ReadOnlySpan<int> candidates, Span<float> rows)
    {
        var recent = scratch.Recent;
        scratch.Creators.Clear();
        var creators = scratch.Creators.Extend(recent.Length);
        for (var i = 0; i < recent.Length; i++)
            creators[i] = recent[i] < 0 ? -1 : view.Catalogue.Facts(recent[i]).Creator;
        for (var i = 0; i < candidates.Length; i++)
        {
            var creator = view.Catalogue.Facts(candidates[i]).Creator;
            if (creator < 0)
                continue;
            var into = rows[((i * layout.Count) + layout.CreatorAt)..];
            into[0] = scratch.Followed.Contains(creator) ? 1 : 0;
            into[1] = recent.Length == 0 ? 0 : (float)creators.Count(creator) / recent.Length;
        }
    }

    private static float Seconds(long ms) => Math.Max(0, ms) / 1000f;

    private static float LogSeconds(long ms) => FastMath.Log(1 + Seconds(ms));
}
