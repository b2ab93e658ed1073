using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Says which source spoke most clearly for an item: each group of features is set to the average candidate's and the
/// item scored again; the group whose absence costs the item most is the reason. Only groups that are true of the item
/// may be named: nothing is "because you took" an item to which it has no tie.
/// </summary>
internal static class Reasons
{
    private const int Groups = 6;

    /// <param name="rows">[candidates, features], standardized.</param>
    /// <param name="places">Places in <paramref name="rows"/> of the items to explain.</param>
    /// <param name="into">As long as <paramref name="places"/>.</param>
    public static void Explain(
        ModelView view, RecommendQuery query, BatchScratch scratch, ReadOnlySpan<float> rows, ReadOnlySpan<int> places,
        Span<RecommendReason> into)
    {
        var layout = view.Ranker.Layout;
        var n = layout.Count;
        if (scratch.Ablated.Length < places.Length * Groups * n)
            scratch.Ablated = new float[places.Length * Groups * n];
        for (var i = 0; i < places.Length; i++)
            for (var group = 0; group < Groups; group++)
            {
                var row = scratch.Ablated.AsSpan(((i * Groups) + group) * n, n);
                rows.Slice(places[i] * n, n).CopyTo(row);
                Span(layout, group, row).Clear();
            }

        var logits = view.Ranker.Score(scratch.Ablated, places.Length * Groups, scratch.AblationWorkspace);
        var recent = Array.ConvertAll(query.User.RecentItems, view.Catalogue.Find);
        for (var i = 0; i < places.Length; i++)
        {
            var item = scratch.Items[places[i]];
            var without = logits.Slice(i * Groups, Groups);
            into[i] = Strongest(view, query, scratch.Nominated[places[i]], item, recent, without);
        }
    }

    private static Span<float> Span(FeatureLayout layout, int group, Span<float> row) => group switch
    {
        0 => row[layout.TieAt..layout.TowerAt],
        1 => row[FeatureLayout.TrendAt..layout.TieAt],
        2 => row[layout.TowerAt..layout.AgeAt],
        3 => row.Slice(layout.CreatorAt, 2),
        4 => row.Slice(layout.ContentAt, 2),
        _ => row[layout.AgeAt..layout.CreatorAt],
    };

    /// <summary>The lowest score without it marks the strongest reason.</summary>
    private static RecommendReason Strongest(
        ModelView view, RecommendQuery query, Sources sources, int item, int[] recent, ReadOnlySpan<float> without)
    {
        var tied = StrongestTie(view, recent, item);
        var alike = MostAlike(view, recent, item);
        var creator = view.Catalogue.Facts(item).Creator;
        var followed = creator >= 0 && query.User.FollowedCreators.Contains(view.Catalogue.CreatorId(creator));
        var untouched = view.Catalogue.Stats(item).LastEvent < 0;
        var isNew = untouched || (sources & Sources.Newest) != 0;
        // What nobody took, no people like this user took.
        var liked = (sources & Sources.Towers) != 0 && recent.Length > 0 && !untouched;
        ReadOnlySpan<bool> holds =
        [
            tied >= 0, (sources & Sources.Trends) != 0, liked, followed, alike >= 0, isNew,
        ];
        var best = -1;
        for (var group = 0; group < Groups; group++)
            if (holds[group] && (best < 0 || without[group] < without[best]))
                best = group;
        return best switch
        {
            0 => new(RecommendReasonKind.BecauseYouTook, view.Catalogue.Id(tied)),
            1 => new(RecommendReasonKind.Trending, null),
            3 => new(RecommendReasonKind.FollowedCreator, view.Catalogue.CreatorId(creator)),
            4 => new(RecommendReasonKind.SimilarContent, view.Catalogue.Id(alike)),
            5 => new(RecommendReasonKind.New, null),
            // Without a history the towers know popularity alone.
            _ => new(recent.Length == 0 ? RecommendReasonKind.Trending : RecommendReasonKind.PeopleLikeYou, null),
        };
    }

    private static int StrongestTie(ModelView view, int[] recent, int item)
    {
        var (best, strongest) = (-1, 0f);
        for (var gap = 0; gap < recent.Length; gap++)
        {
            var from = recent[^(gap + 1)];
            if (from < 0 || view.Ties.Of(from) is not { Count: > 0 } ties)
                continue;
            var at = ties.Ids.AsSpan(0, ties.Count).IndexOf(item);
            if (at < 0)
                continue;
            var tie = ties.Weights[(at * Neighbours.Kinds) + CoOccurrence.Together];
            var strength = tie / ties.Totals[CoOccurrence.Together] * MathF.Pow(view.Options.TieSlowDecay, gap);
            if (strength > strongest)
                (best, strongest) = (from, strength);
        }

        return best;
    }

    private static int MostAlike(ModelView view, int[] recent, int item)
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
