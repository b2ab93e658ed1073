using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engage.Recommend;

/// <summary>Finds the candidates of one query and leaves in the <see cref="Scratch"/> what their features are made
/// of.</summary>
internal static class CandidateSource
{
    // Shrinks the share of an item that has few ties: one co-occurrence is not a certainty.
    private const float TieShrink = 2;

    // Newest items looked at, overall and per creator: somebody who has had all of them gets none from these sources.
    private const int NewestMax = 64;

    // The same where rules forbid some of them.
    private const int NewestRuledMax = 512;

    /// <summary>Lists of ties: <see cref="TieColumns"/>.</summary>
    public static int TieLists => TieColumns.Length;

    // An array: a span over constants is made anew at each call where the code is not optimized.
    private static readonly int[] TieColumns =
    [
        CoOccurrence.Next, CoOccurrence.Together, Neighbours.Kinds + CoOccurrence.Together,
        Neighbours.Kinds + CoOccurrence.Fresh,
    ];

    /// <summary>
    /// How many items the towers are to find for an answer. They know every item, so they fill up what the other
    /// sources leave open: an answer is short only when the catalogue is.
    /// </summary>
    public static int TowersCount(ModelView view, int limit) => Math.Max(limit, view.Options.CandidatesPerSource);

    /// <param name="asked">Prepared, with what the towers found.</param>
    public static void Find(ModelView view, PreparedQuery asked, Scratch scratch)
    {
        Gather(view, asked, scratch);
        Complete(view, scratch);
    }

    /// <summary>Asks every source but the towers.</summary>
    public static void Gather(ModelView view, PreparedQuery asked, Scratch scratch)
    {
        Begin(view, asked, scratch);
        SumTies(view, scratch);
        SumAlike(view, scratch);
        ChooseFollowed(view, scratch);
        ChooseTies(view, scratch);
        ChooseTrends(view.Trends, view.Options.CandidatesPerSource, scratch);
        ChooseTrends(view.Stages.Of(scratch.Asked.Had), view.Options.CandidatesPerSource, scratch);
        ChooseAlike(view, scratch);
        ChooseNewest(view, scratch);
    }

    /// <summary>Adds what the towers found, and behind it what comes after them.</summary>
    public static void Complete(ModelView view, Scratch scratch)
    {
        ChooseTowers(scratch, view.Options.CandidatesPerSource);
        foreach (var (item, source) in scratch.Later.All)
            scratch.Choose(item, source);
    }

    /// <summary>Starts a query: marks what must not be recommended.</summary>
    public static void Begin(ModelView view, PreparedQuery asked, Scratch scratch)
    {
        scratch.Begin(view.Catalogue.Count, asked);
        foreach (var item in asked.Excluded.All)
            scratch.Exclude(item);
    }

    /// <summary>
    /// For every item tied to a recent one: the sum over recent items of weight · tie / (total of the recent item's
    /// ties), once with a quick and once with a slow decay over the places of the recent items.
    /// </summary>
    private static void SumTies(ModelView view, Scratch scratch)
    {
        var recent = scratch.Recent;
        foreach (var item in recent)
            if (item >= 0)
                view.Ties.Prefetch(item);
        Span<float> shares = stackalloc float[Neighbours.Kinds];
        var sums = MemoryMarshal.Cast<float, Vector256<float>>(scratch.TieSums.AsSpan());
        for (var r = 0; r < recent.Length; r++)
        {
            var (item, back) = (recent[r], scratch.Places[r]);
            if (item < 0 || view.Ties.Of(item) is not { Count: > 0 } ties)
                continue;
            for (var kind = 0; kind < Neighbours.Kinds; kind++)
                shares[kind] = 1 / (ties.Totals[kind] + TieShrink);
            // Many ties say more than few: by the root of their sum an item that many took keeps a louder voice.
            shares[CoOccurrence.Together] = 1 / MathF.Sqrt(ties.Totals[CoOccurrence.Together] + TieShrink);
            shares[CoOccurrence.Fresh] =
                view.Ties.FreshScale / ((ties.Totals[CoOccurrence.Fresh] * view.Ties.FreshScale) + TieShrink);
            var share = Vector128.Create<float>(shares);
            var quick = share * MathF.Pow(view.Options.TieQuickDecay, back);
            var slow = share * MathF.Pow(view.Options.TieSlowDecay, back);
            var weights = MemoryMarshal.Cast<float, Vector128<float>>(ties.Weights);
            var ids = ties.Ids;
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

    private static void SumAlike(ModelView view, Scratch scratch)
    {
        for (var r = 0; r < scratch.Recent.Length; r++)
        {
            var item = scratch.Recent[r];
            if (item < 0)
                continue;
            var weight = MathF.Pow(view.Options.TieQuickDecay, scratch.Places[r]);
            foreach (var other in view.Content.Of(item))
                scratch.AddAlike(other.Item, other.Similarity, weight);
        }
    }

    private static void ChooseAlike(ModelView view, Scratch scratch)
    {
        scratch.Top.Begin(view.Options.CandidatesPerSource);
        foreach (var item in scratch.AlikeItems)
            if (!scratch.IsBarred(item))
                scratch.Top.Offer(scratch.AlikeSum(item), item);
        foreach (var (_, item) in scratch.Top.End())
            scratch.Later.Add((item, Sources.Content));
    }

    private static void ChooseTies(ModelView view, Scratch scratch)
    {
        for (var c = 0; c < TieColumns.Length; c++)
            scratch.TieTops[c].Begin(view.Options.CandidatesPerSource);
        // They lie anywhere, in large catalogues in no cache: each is waited for once and offered to all columns.
        for (var t = 0; t < scratch.TouchedCount; t++)
        {
            var item = scratch.Touched[t];
            var sums = scratch.TieSums.AsSpan(item * FeatureLayout.TieSums, FeatureLayout.TieSums);
            for (var c = 0; c < TieColumns.Length; c++)
            {
                var (score, top) = (sums[TieColumns[c]], scratch.TieTops[c]);
                // Popularity only takes away: what has lost before need not be asked for it.
                if (score >= top.Bar && TieColumns[c] == Neighbours.Kinds + CoOccurrence.Together)
                    score /= MathF.Sqrt(view.Catalogue.Stats(item).Takers + 1);
                if (score >= top.Bar && score > 0 && !scratch.IsBarred(item))
                    top.Offer(score, item);
            }
        }

        for (var c = 0; c < TieColumns.Length; c++)
            foreach (var (_, item) in scratch.TieTops[c].End())
                scratch.Choose(item, Sources.Ties);
    }

    private static void ChooseTrends(in TrendsView trends, int count, Scratch scratch)
    {
        for (var column = 0; column < trends.Columns; column++)
        {
            var left = count;
            foreach (var item in trends.Leaders(column))
            {
                if (scratch.IsBarred(item))
                    continue;
                scratch.Choose(item, Sources.Trends);
                if (--left == 0)
                    break;
            }
        }
    }

    /// <summary>Only the first <paramref name="nominated"/> are the towers' own choice; the rest fill up.</summary>
    private static void ChooseTowers(Scratch scratch, int nominated)
    {
        foreach (var (_, item) in scratch.Asked.Towers.All)
            scratch.Choose(item, nominated-- > 0 ? Sources.Towers : Sources.None);
    }

    private static void ChooseFollowed(ModelView view, Scratch scratch)
    {
        var left = view.Options.CandidatesPerSource;
        foreach (var creator in scratch.Followed)
            if (creator >= 0)
                foreach (var item in Newest(view.Catalogue.NewestOf(creator), left, scratch))
                {
                    scratch.Choose(item, Sources.Followed);
                    left--;
                }
    }

    private static void ChooseNewest(ModelView view, Scratch scratch)
    {
        foreach (var item in Newest(view.Catalogue.Newest, view.Options.CandidatesPerSource, scratch))
            scratch.Later.Add((item, Sources.Newest));
    }

    /// <summary>What is not out yet is not counted, and what else the rules forbid is looked past.</summary>
    /// <returns>At most <paramref name="most"/>; valid until the next time.</returns>
    private static ReadOnlySpan<int> Newest(NewestItems newest, int most, Scratch scratch)
    {
        scratch.Newest.Clear();
        var from = newest.PlaceAt(scratch.Asked.AvailableAtMs);
        var to = Math.Min(newest.Count, from + (scratch.Asked.HasRules ? NewestRuledMax : NewestMax));
        for (var place = from; place < to && scratch.Newest.Count < most; place++)
            if (!scratch.IsBarred(newest[place]))
                scratch.Newest.Add(newest[place]);
        return scratch.Newest.All;
    }
}
