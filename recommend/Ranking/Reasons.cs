using System.Numerics;

namespace Engage.Recommend;

/// <summary>
/// Says which source spoke most clearly for an item: each group of features is set to the average candidate's and the
/// item scored again; the group whose absence costs the item most is the reason. Only groups that are true of the item
/// are tried and may be named: nothing is "because you took" an item to which it has no tie.
/// </summary>
internal static class Reasons
{
    private const int Tie = 0;
    private const int Trend = 1;
    private const int Taste = 2;
    private const int Creator = 3;
    private const int Content = 4;
    private const int Age = 5;
    private const int Groups = 6;

    /// <summary>Finds <see cref="Answer.Group"/> of all answers of a batch, with one forward pass for all.</summary>
    /// <param name="scratch">Standardized candidates and answers; the rows of the trials are appended.</param>
    public static void Explain(ModelView view, BatchScratch scratch)
    {
        for (var (q, from) = (0, 0); q < scratch.Asked.Length; from = scratch.Ends.All[q++].Answers)
            foreach (ref var answer in scratch.Answers.All[from..scratch.Ends.All[q].Answers])
                FindWhatHolds(view, scratch, scratch.Asked[q], ref answer);

        var rows = AddTrials(view.Ranker.Layout, scratch);
        var logits = scratch.Score(view.Ranker, scratch.Features.All[^(rows * view.Ranker.Layout.Count)..], rows);
        var next = 0;
        foreach (ref var answer in scratch.Answers.All)
            answer.Group = Clearest(answer.Holds, logits, ref next);
    }

    /// <summary>The reason that an answer's group stands for.</summary>
    public static RecommendReason Name(ModelView view, in Answer answer, int item, bool hasHistory) =>
        answer.Explored ? new(RecommendReasonKind.Explore, null) : answer.Group switch
        {
            Tie => new(RecommendReasonKind.BecauseYouTook, view.Catalogue.Id(answer.Tied)),
            Trend => new(RecommendReasonKind.Trending, null),
            Creator => new(
                RecommendReasonKind.FollowedCreator, view.Catalogue.CreatorId(view.Catalogue.Facts(item).Creator)),
            Content => new(RecommendReasonKind.SimilarContent, view.Catalogue.Id(answer.Alike)),
            Age => new(RecommendReasonKind.New, null),
            // Without a history the towers know popularity alone.
            _ => new(hasHistory ? RecommendReasonKind.PeopleLikeYou : RecommendReasonKind.Trending, null),
        };

    private static void FindWhatHolds(
        ModelView view, BatchScratch scratch, PreparedQuery asked, ref Answer answer)
    {
        var recent = asked.Recent.All;
        var item = scratch.Items.All[answer.Place];
        var sources = scratch.Nominated.All[answer.Place];
        var creator = view.Catalogue.Facts(item).Creator;
        var untouched = view.Catalogue.Stats(item).LastEvent < 0;
        answer.Tied = StrongestTie(view, recent, item);
        answer.Alike = MostAlike(view, recent, item);
        answer.Holds = Bit(answer.Tied >= 0, Tie)
            | Bit((sources & Sources.Trends) != 0, Trend)
            // What nobody took, no people like this user took.
            | Bit((sources & Sources.Towers) != 0 && recent.Length > 0 && !untouched, Taste)
            | Bit(creator >= 0 && asked.Followed.All.Contains(creator), Creator)
            | Bit(answer.Alike >= 0, Content)
            | Bit(untouched || (sources & Sources.Newest) != 0, Age);
    }

    private static int Bit(bool holds, int group) => holds ? 1 << group : 0;

    /// <summary>A group that is alone needs no trial.</summary>
    private static bool NeedsTrials(int holds) => BitOperations.PopCount((uint)holds) > 1;

    /// <returns>How many rows were appended: one for each group of each answer that needs trials.</returns>
    private static int AddTrials(FeatureLayout layout, BatchScratch scratch)
    {
        var rows = 0;
        foreach (ref readonly var answer in scratch.Answers.All)
        {
            if (!NeedsTrials(answer.Holds))
                continue;
            for (var group = 0; group < Groups; group++)
            {
                if ((answer.Holds & (1 << group)) == 0)
                    continue;
                var row = scratch.Features.Extend(layout.Count);
                scratch.Features.All.Slice(answer.Place * layout.Count, layout.Count).CopyTo(row);
                Features(layout, group, row).Clear();
                rows++;
            }
        }

        return rows;
    }

    /// <summary>The lowest score without it marks the group that spoke most clearly.</summary>
    private static int Clearest(int holds, ReadOnlySpan<float> without, ref int next)
    {
        if (!NeedsTrials(holds))
            return holds == 0 ? -1 : BitOperations.TrailingZeroCount(holds);
        var (best, lowest) = (-1, float.PositiveInfinity);
        for (var group = 0; group < Groups; group++)
        {
            if ((holds & (1 << group)) == 0)
                continue;
            var score = without[next++];
            if (best < 0 || score < lowest)
                (best, lowest) = (group, score);
        }

        return best;
    }

    private static Span<float> Features(FeatureLayout layout, int group, Span<float> row) => group switch
    {
        Tie => row[layout.TieAt..layout.TowerAt],
        Trend => row[FeatureLayout.TrendAt..layout.TieAt],
        Taste => row[layout.TowerAt..layout.AgeAt],
        Creator => row.Slice(layout.CreatorAt, 2),
        Content => row.Slice(layout.ContentAt, 2),
        _ => row[layout.AgeAt..layout.CreatorAt],
    };

    private static int StrongestTie(ModelView view, ReadOnlySpan<int> recent, int item)
    {
        var (best, strongest) = (-1, 0f);
        for (var gap = 0; gap < recent.Length; gap++)
        {
            var from = recent[^(gap + 1)];
            if (from < 0 || view.Ties.Of(from) is not { Count: > 0 } ties)
                continue;
            var at = ties.Ids.IndexOf(item);
            if (at < 0)
                continue;
            var tie = ties.Weights[(at * Neighbours.Kinds) + CoOccurrence.Together];
            var strength = tie / ties.Totals[CoOccurrence.Together] * MathF.Pow(view.Options.TieSlowDecay, gap);
            if (strength > strongest)
                (best, strongest) = (from, strength);
        }

        return best;
    }

    private static int MostAlike(ModelView view, ReadOnlySpan<int> recent, int item)
    {
        var (best, most) = (-1, 0f);
        foreach (var from in recent)
        {
            if (from < 0)
                continue;
            foreach (var other in view.Content.Of(from))
                if (other.Item == item && other.Similarity > most)
                    (best, most) = (from, other.Similarity);
        }

        return best;
    }
}
