using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engage.Recommend;

/// <summary>Finds the candidates of one query and leaves in the <see cref="Scratch"/> what their features are made
/// of.</summary>
internal static class CandidateSource
{
    // Shrinks the share of an item that has few ties: one co-occurrence is not a certainty.
    private const float TieShrink = 2;

    // An array: a span over constants is made anew at each call where the code is not optimized.
    private static readonly int[] TieColumns =
    [
        CoOccurrence.Next, CoOccurrence.Together, Neighbours.Kinds + CoOccurrence.Together,
        Neighbours.Kinds + CoOccurrence.Fresh,
    ];

    /// <param name="limit">
    /// The answer asked for. The towers know every item, so they fill up what the other sources leave open: an answer
    /// is short only when the catalogue is.
    /// </param>
    public static void Find(ModelView view, UserContext user, Scratch scratch, int limit)
    {
        Begin(view, user, scratch);
        SumTies(view, scratch);
        ScoreTowers(view, scratch);
        SumAlike(view, scratch);
        ChooseFollowed(view, scratch);
        ChooseTies(view, scratch);
        ChooseTrends(view, scratch);
        ChooseTowers(
            view, scratch, Math.Max(limit, view.Options.CandidatesPerSource), view.Options.CandidatesPerSource);
        ChooseAlike(view, scratch);
        ChooseNewest(view, scratch);
    }

    /// <summary>Finds by the two-tower model alone.</summary>
    public static void FindByTowers(ModelView view, UserContext user, Scratch scratch, int count)
    {
        Begin(view, user, scratch);
        ScoreTowers(view, scratch);
        ChooseTowers(view, scratch, count, count);
    }

    private static void Begin(ModelView view, UserContext user, Scratch scratch)
    {
        scratch.Begin(view.Catalogue.Count);
        Resolve(view, user, scratch);
        foreach (var seen in user.Seen)
            if (view.Catalogue.Find(seen) is >= 0 and var item)
                scratch.Exclude(item);
        foreach (var item in scratch.Recent)
            if (item >= 0)
                scratch.Exclude(item);
    }

    private static void Resolve(ModelView view, UserContext user, Scratch scratch)
    {
        var recent = scratch.SetRecent(user.RecentItems.Length);
        for (var i = 0; i < recent.Length; i++)
            recent[i] = view.Catalogue.Find(user.RecentItems[i]);
        var followed = scratch.SetFollowed(user.FollowedCreators.Length);
        for (var i = 0; i < followed.Length; i++)
            followed[i] = view.Catalogue.FindCreator(user.FollowedCreators[i]);
    }

    /// <summary>
    /// For every item tied to a recent one: the sum over recent items of weight · tie / (total of the recent item's
    /// ties), once with a quick and once with a slow decay over the places of the recent items.
    /// </summary>
    private static void SumTies(ModelView view, Scratch scratch)
    {
        var recent = scratch.Recent;
        Span<float> shares = stackalloc float[Neighbours.Kinds];
        for (var gap = 0; gap < recent.Length; gap++)
        {
            var item = recent[^(gap + 1)];
            if (item < 0 || view.Ties.Of(item) is not { Count: > 0 } ties)
                continue;
            for (var kind = 0; kind < Neighbours.Kinds; kind++)
                shares[kind] = 1 / (ties.Totals[kind] + TieShrink);
            shares[CoOccurrence.Fresh] =
                view.Ties.FreshScale / ((ties.Totals[CoOccurrence.Fresh] * view.Ties.FreshScale) + TieShrink);
            var share = Vector128.Create<float>(shares);
            var quick = share * MathF.Pow(view.Options.TieQuickDecay, gap);
            var slow = share * MathF.Pow(view.Options.TieSlowDecay, gap);
            var weights = MemoryMarshal.Cast<float, Vector128<float>>(ties.Weights.AsSpan());
            var sums = MemoryMarshal.Cast<float, Vector256<float>>(scratch.TieSums.AsSpan());
            var ids = ties.Ids.AsSpan(0, ties.Count);
            var both = Vector256.Create(quick, slow);
            for (var i = 0; i < ids.Length; i++)
            {
                // One row of sums is one vector: four kinds by the quick decay, then four by the slow one.
                var added = both * Vector256.Create(weights[i], weights[i]);
                ref var sum = ref sums[ids[i]];
                sum = scratch.Touch(ids[i]) ? added : sum + added;
            }
        }
    }

    private static void ScoreTowers(ModelView view, Scratch scratch)
    {
        if (scratch.User.Length != view.Towers.UserSize)
            scratch.User = new float[view.Towers.UserSize];
        view.Towers.User(scratch.Recent, scratch.User);
        view.Towers.Logits(scratch.User, scratch.TowerLogits);
    }

    private static void SumAlike(ModelView view, Scratch scratch)
    {
        for (var gap = 0; gap < scratch.Recent.Length; gap++)
        {
            var item = scratch.Recent[^(gap + 1)];
            if (item < 0)
                continue;
            var weight = MathF.Pow(view.Options.TieQuickDecay, gap);
            foreach (var other in view.Content.Of(item))
                scratch.AddAlike(other.Item, other.Similarity, weight);
        }
    }

    private static void ChooseAlike(ModelView view, Scratch scratch)
    {
        scratch.Top.Begin(view.Options.CandidatesPerSource);
        foreach (var item in scratch.AlikeItems)
            if (!scratch.IsExcluded(item))
                scratch.Top.Offer(scratch.AlikeSums[item], item);
        foreach (var (_, item) in scratch.Top.End())
            scratch.Choose(item, Sources.Content);
    }

    private static void ChooseTies(ModelView view, Scratch scratch)
    {
        foreach (var column in TieColumns)
        {
            scratch.Top.Begin(view.Options.CandidatesPerSource);
            for (var t = 0; t < scratch.TouchedCount; t++)
            {
                var item = scratch.Touched[t];
                var score = scratch.TieSums[(item * FeatureLayout.TieSums) + column];
                if (column == Neighbours.Kinds + CoOccurrence.Together)
                    score /= MathF.Sqrt(view.Catalogue.Stats(item).Takers + 1);
                if (score >= scratch.Top.Bar && score > 0 && !scratch.IsExcluded(item))
                    scratch.Top.Offer(score, item);
            }

            foreach (var (_, item) in scratch.Top.End())
                scratch.Choose(item, Sources.Ties);
        }
    }

    private static void ChooseTrends(ModelView view, Scratch scratch)
    {
        for (var column = 0; column < view.Trends.Columns; column++)
        {
            var left = view.Options.CandidatesPerSource;
            foreach (var item in view.Trends.Leaders(column))
            {
                if (scratch.IsExcluded(item))
                    continue;
                scratch.Choose(item, Sources.Trends);
                if (--left == 0)
                    break;
            }
        }
    }

    /// <summary>Only the first <paramref name="nominated"/> are the towers' own choice; the rest fill up.</summary>
    private static void ChooseTowers(ModelView view, Scratch scratch, int count, int nominated)
    {
        scratch.Top.Begin(count);
        for (var item = 0; item < view.Catalogue.Count; item++)
            if (scratch.TowerLogits[item] >= scratch.Top.Bar && !scratch.IsExcluded(item))
                scratch.Top.Offer(scratch.TowerLogits[item], item);
        foreach (var (_, item) in scratch.Top.End())
            scratch.Choose(item, nominated-- > 0 ? Sources.Towers : Sources.None);
    }

    private static void ChooseFollowed(ModelView view, Scratch scratch)
    {
        var left = view.Options.CandidatesPerSource;
        foreach (var creator in scratch.Followed)
        {
            if (creator < 0)
                continue;
            foreach (var item in view.Catalogue.NewestOf(creator))
                if (left > 0 && !scratch.IsExcluded(item))
                {
                    scratch.Choose(item, Sources.Followed);
                    left--;
                }
        }
    }

    private static void ChooseNewest(ModelView view, Scratch scratch)
    {
        var left = view.Options.CandidatesPerSource;
        foreach (var item in view.Catalogue.Newest)
            if (left > 0 && !scratch.IsExcluded(item))
            {
                scratch.Choose(item, Sources.Newest);
                left--;
            }
    }
}
