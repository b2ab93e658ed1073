using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Fills the feature rows of one query's candidates, raw; the ranker standardizes them.</summary>
internal static class FeatureRows
{
    // Imagined takers with a variance of 1.
    private const float StagePrior = 4;

    /// <param name="rows">[candidates, layout.Count], row-major.</param>
    public static void Fill(
        ModelView view, FeatureLayout layout, UserContext user, long nowMs, Scratch scratch,
        ReadOnlySpan<int> candidates, Span<float> rows)
    {
        Span<float> about = stackalloc float[FeatureLayout.UserCount];
        FillUser(user, nowMs, view, about);
        var stage = view.Stages.Of(scratch.Asked.Had);
        Span<float> scales = stackalloc float[layout.Trends];
        view.Trends.Scales(scales, nowMs);
        stage.Scales(scales[view.Trends.Columns..], nowMs);
        for (var i = 0; i < candidates.Length; i++)
        {
            var row = rows.Slice(i * layout.Count, layout.Count);
            row.Clear();
            about.CopyTo(row);
            var trends = row.Slice(FeatureLayout.TrendAt, 2 * layout.Trends);
            FillTrends(view.Trends, candidates[i], scales, trends, layout.Trends);
            FillTrends(
                stage, candidates[i], scales[view.Trends.Columns..], trends[view.Trends.Columns..], layout.Trends);
            FillTies(view, scratch, candidates[i], row[layout.TieAt..]);
            row[layout.TowerAt] = view.Towers.Logit(scratch.Asked.User.All, candidates[i]);
            view.Towers.Parts(scratch.Asked.User.All, candidates[i], row.Slice(layout.TowerAt + 2, layout.TowerParts));
            FillAge(view, candidates[i], about[1], nowMs, row[layout.AgeAt..]);
            if (scratch.IsAlike(candidates[i]))
            {
                row[layout.ContentAt] = scratch.Alike[candidates[i]];
                row[layout.ContentAt + 1] = scratch.AlikeSums[candidates[i]];
            }
        }

        view.Attention.Fill(
            scratch.Recent, candidates, scratch.Attention, rows[Math.Min(layout.AttentionAt, rows.Length)..],
            layout.Count);
        FillShares(layout, candidates.Length, rows);
        FillCreators(view, layout, scratch, candidates, rows);
    }

    private static void FillUser(UserContext user, long nowMs, ModelView view, Span<float> about)
    {
        var at = user.RecentAtMs;
        about[0] = FastMath.Log(1 + at.Length);
        about[1] = FastMath.Log(1 + user.Seen.Length);
        if (at.Length > 0)
        {
            about[2] = LogSeconds(nowMs - at[^1]);
            about[3] = LogSeconds(nowMs - at[Math.Max(0, at.Length - 5)]);
            about[4] = LogSeconds(nowMs - at[0]) - about[0];
        }

        about[5] = FastMath.Log(1 + view.Catalogue.Count);
    }

    /// <param name="into">Logarithm of each trend, and <paramref name="apart"/> floats later its share of the
    /// leader's.</param>
    private static void FillTrends(
        in TrendsView trends, int item, ReadOnlySpan<float> scales, Span<float> into, int apart)
    {
        var stored = trends.Stored(item);
        for (var c = 0; c < trends.Columns; c++)
        {
            into[c] = FastMath.Log(0.02f + (stored[c] * scales[c]));
            var leaders = trends.Leaders(c);
            var best = leaders.Length == 0 ? 0 : trends.Stored(leaders[0])[c];
            into[apart + c] = best > 0 ? stored[c] / best : 0;
        }
    }

    private static void FillTies(ModelView view, Scratch scratch, int item, Span<float> into)
    {
        const int sums = FeatureLayout.TieSums;
        if (!scratch.IsTouched(item))
        {
            into[..sums].Fill(LogTie(0));
            into.Slice(2 * sums, 4).Fill(LogTie(0));
            return;
        }

        var ties = scratch.TieSums.AsSpan(item * sums, sums);
        for (var c = 0; c < sums; c++)
        {
            into[c] = LogTie(ties[c]);
            into[sums + c] = ties[c];
        }

        var takers = MathF.Sqrt(view.Catalogue.Stats(item).Takers + 1);
        into[2 * sums] = LogTie(ties[Neighbours.Kinds + CoOccurrence.Together] / takers);
        into[(2 * sums) + 1] = LogTie(ties[CoOccurrence.Together] / takers);
        var last = scratch.Recent[^1] >= 0 ? view.Ties.Of(scratch.Recent[^1]) : default;
        var at = last.Ids.IndexOf(item);
        into[(2 * sums) + 2] = LogTie(at < 0 ? 0 : LastTie(last, at, CoOccurrence.Next));
        into[(2 * sums) + 3] = LogTie(at < 0 ? 0 : LastTie(last, at, CoOccurrence.Together));
        into[(2 * sums) + 4] = (float)scratch.TieCounts[item] / scratch.Recent.Length;
    }

    private static float LastTie(Neighbours last, int at, int kind) =>
        last.Weights[(at * Neighbours.Kinds) + kind] / (last.Totals[kind] + 1);

    private static void FillAge(ModelView view, int item, float had, long nowMs, Span<float> into)
    {
        ref readonly var stats = ref view.Catalogue.Stats(item);
        into[0] = FastMath.Log(1 + view.Events - Math.Max(0, stats.FirstEvent));
        into[1] = FastMath.Log(1 + view.Events - Math.Max(0, stats.LastEvent));
        into[2] = LogSeconds(nowMs - stats.BornAtMs);
        into[3] = stats.LastEvent < 0 ? into[2] : LogSeconds(nowMs - stats.LastAtMs);
        into[4] = FastMath.Log(1 + stats.Takers);
        into[5] = stats.LastEvent < 0 ? 1 : 0;
        var off = had - stats.StageMean;
        // A few takers at the same stage are no proof that it is the only one.
        var variance = ((stats.StageVariance * stats.Takers) + StagePrior) / (stats.Takers + StagePrior);
        into[6] = off;
        into[7] = off * off / variance;
        into[8] = stats.StageMean;
    }

    /// <summary>What depends on all candidates of the query: shares of the largest tie sum, distance from the best
    /// logit.</summary>
    private static void FillShares(FeatureLayout layout, int count, Span<float> rows)
    {
        for (var c = 0; c < FeatureLayout.TieSums; c++)
        {
            var at = layout.TieAt + FeatureLayout.TieSums + c;
            var max = 1e-9f;
            for (var i = 0; i < count; i++)
                max = MathF.Max(max, rows[(i * layout.Count) + at]);
            for (var i = 0; i < count; i++)
                rows[(i * layout.Count) + at] /= max;
        }

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
        for (var i = 0; i < candidates.Length; i++)
        {
            var creator = view.Catalogue.Facts(candidates[i]).Creator;
            if (creator < 0)
                continue;
            var same = 0;
            foreach (var recent in scratch.Recent)
                if (recent >= 0 && view.Catalogue.Facts(recent).Creator == creator)
                    same++;
            var into = rows[((i * layout.Count) + layout.CreatorAt)..];
            into[0] = scratch.Followed.Contains(creator) ? 1 : 0;
            into[1] = scratch.Recent.Length == 0 ? 0 : (float)same / scratch.Recent.Length;
        }
    }

    private static float LogSeconds(long ms) => FastMath.Log(1 + (Math.Max(0, ms) / 1000f));

    private static float LogTie(float share) => FastMath.Log(1e-4f + share);
}
