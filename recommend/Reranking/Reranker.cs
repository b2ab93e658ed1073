using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>One place of a re-ranked answer.</summary>
/// <param name="Index">Place of the item among the scored ones.</param>
/// <param name="Score">The ranker's logit and what was added to it.</param>
internal readonly record struct Placed(int Index, float Score, RerankEffect Effect);

/// <summary>
/// Turns scored candidates into what is shown: what the rules forbid falls out, fresh items gain, items shown in vain
/// lose, and each place goes to the best item that is not too much like those above it. Buffers are reused; for one
/// thread at a time.
/// </summary>
internal sealed class Reranker
{
    private readonly TopK _top = new();
    private readonly Dictionary<int, int> _shown = [];
    private readonly List<int> _order = [];
    private readonly OutlookWorkspace _workspace = new();
    private Entry[] _pool = [];
    private Placed[] _placed = [];
    private ulong[] _hashes = [];
    private float[] _ratings = [];

    private record struct Entry(int Index, int Item, float Raw, float Fresh, float Tired)
    {
        public float Liked;
        public float Alike;
        public bool Taken;

        public readonly float Adjusted => Raw + Fresh + Liked - Tired;
    }

    /// <summary>The answer, best first, at most the query's limit; valid until the next call.</summary>
    /// <param name="items">Candidates of one query.</param>
    /// <param name="scores">Their logits.</param>
    public ReadOnlySpan<Placed> Rank(
        ModelView view, RecommendQuery query, ReadOnlySpan<int> items, ReadOnlySpan<float> scores)
    {
        var options = query.AsRanked ? RerankOptions.Off : view.Options.Rerank;
        CountShown(view, query.User);
        var pool = Pool(view, query, items, scores, options);
        ForeseeLiking(view, query, pool, options);
        // The ranker's own cut among what may be shown: what comes in from below it needs an explanation.
        var cut = RawCut(pool, query.Limit);
        if (_placed.Length < query.Limit)
            _placed = new Placed[query.Limit];
        var count = Math.Min(query.Limit, pool.Length);
        for (var place = 0; place < count; place++)
        {
            var best = Best(pool);
            ref var entry = ref pool[best];
            entry.Taken = true;
            _placed[place] = new(entry.Index, entry.Adjusted - entry.Alike, EffectOn(entry, cut, pool));
            Repel(view, pool, entry.Item, options);
        }

        return _placed.AsSpan(0, count);
    }

    /// <summary>The best by adjusted score among what may be shown, several per place.</summary>
    private Span<Entry> Pool(
        ModelView view, RecommendQuery query, ReadOnlySpan<int> items, ReadOnlySpan<float> scores,
        RerankOptions options)
    {
        if (_pool.Length < items.Length)
            _pool = new Entry[Math.Max(items.Length, 2 * _pool.Length)];
        _top.Begin(Math.Max(query.Limit, query.Limit * options.PoolPerPlace));
        for (var i = 0; i < items.Length; i++)
        {
            if (!view.Terms.Allows(items[i], query.Rules))
                continue;
            _pool[i] = new(
                i, items[i], scores[i], Freshness(view, items[i], query.NowMs, options),
                Fatigue(query, items[i], options));
            _top.Offer(_pool[i].Adjusted, i);
        }

        var kept = _top.End();
        // Entries are moved down in order of their places, so that none is overwritten before it is read.
        _order.Clear();
        foreach (var (_, index) in kept)
            _order.Add(index);
        CollectionsMarshal.AsSpan(_order).Sort();
        for (var i = 0; i < _order.Count; i++)
            _pool[i] = _pool[_order[i]];
        return _pool.AsSpan(0, _order.Count);
    }

    private float RawCut(ReadOnlySpan<Entry> pool, int limit)
    {
        _top.Begin(limit);
        for (var i = 0; i < pool.Length; i++)
            _top.Offer(pool[i].Raw, i);
        var best = _top.End();
        return best.Length < limit ? float.NegativeInfinity : best[^1].Score;
    }

    private static int Best(ReadOnlySpan<Entry> pool)
    {
        var best = -1;
        for (var i = 0; i < pool.Length; i++)
        {
            if (pool[i].Taken)
                continue;
            var lead = best < 0 ? 1 : pool[i].Adjusted - pool[i].Alike - (pool[best].Adjusted - pool[best].Alike);
            // Equal scores: the lower number wins, as everywhere.
            if (lead > 0 || (lead == 0 && pool[i].Item < pool[best].Item))
                best = i;
        }

        return best;
    }

    /// <summary>Takes off every item left what it has in common with the one just placed, if that is more than it had
    /// with one before.</summary>
    private static void Repel(ModelView view, Span<Entry> pool, int placed, RerankOptions options)
    {
        var creator = view.Catalogue.Facts(placed).Creator;
        var topics = view.Terms.TopicsOf(placed);
        if ((creator < 0 || options.CreatorRepeat == 0) && (topics.Length == 0 || options.TopicRepeat == 0))
            return;
        foreach (ref var entry in pool)
        {
            if (entry.Taken)
                continue;
            var sameCreator = creator >= 0 && view.Catalogue.Facts(entry.Item).Creator == creator;
            var alike = (sameCreator ? options.CreatorRepeat : 0)
                + (options.TopicRepeat * Overlap(topics, view.Terms.TopicsOf(entry.Item)));
            entry.Alike = MathF.Max(entry.Alike, alike);
        }
    }

    /// <summary>Jaccard index of two sets of topics; 0 where one is empty.</summary>
    private static float Overlap(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var both = 0;
        foreach (var topic in b)
            if (a.Contains(topic))
                both++;
        return both == 0 ? 0 : (float)both / (a.Length + b.Length - both);
    }

    private static RerankEffect EffectOn(in Entry entry, float cut, ReadOnlySpan<Entry> pool)
    {
        if (entry.Raw >= cut)
            return RerankEffect.None;
        if (entry.Raw + entry.Fresh >= cut)
            return RerankEffect.Fresh;
        if (entry.Raw + entry.Liked >= cut)
            return RerankEffect.Liked;
        foreach (ref readonly var other in pool)
            if (!other.Taken && other.Raw >= cut && other.Tired > 0 && other.Adjusted < entry.Adjusted)
                return RerankEffect.Rest;
        return RerankEffect.Variety;
    }

    /// <summary>Adds what this user would think of the items of the pool, above their mean.</summary>
    private void ForeseeLiking(ModelView view, in RecommendQuery query, Span<Entry> pool, RerankOptions options)
    {
        if (options.Satisfaction == 0 || string.IsNullOrEmpty(query.UserId) || pool.IsEmpty
            || view.Options.Outlook.SatisfactionFeatures > 0 || view.Outlook is not { } outlook
            || outlook.Ratings < options.RatingsMin)
            return;
        if (_hashes.Length < pool.Length)
            (_hashes, _ratings) = (new ulong[2 * pool.Length], new float[2 * pool.Length]);
        for (var i = 0; i < pool.Length; i++)
            _hashes[i] = StableHash.Of(view.Catalogue.Id(pool[i].Item));
        var ratings = _ratings.AsSpan(0, pool.Length);
        outlook.Satisfaction(query.UserId, _hashes.AsSpan(0, pool.Length), [], ratings, _workspace);
        // One forecast that is no number must not make the whole pool none.
        var (sum, count) = (0f, 0);
        foreach (var rating in ratings)
            if (float.IsFinite(rating))
                (sum, count) = (sum + rating, count + 1);
        var weight = options.Satisfaction * Retention(query, outlook, options);
        for (var i = 0; i < pool.Length; i++)
            pool[i].Liked = float.IsFinite(ratings[i]) ? weight * (ratings[i] - (sum / count)) : 0;
    }

    /// <summary>How much more her liking counts than that of somebody who is sure to come back.</summary>
    private float Retention(in RecommendQuery query, OutlookView outlook, RerankOptions options)
    {
        if (options.Retention == 0 || query.Actions is not { Length: > 0 } actions
            || outlook.Returns < options.ReturnsMin)
            return 1;
        var churn = outlook.Churn(actions, Math.Max(query.NowMs, actions[^1].AtMs), _workspace);
        return float.IsFinite(churn) ? 1 + (options.Retention * churn) : 1;
    }

    private static float Freshness(ModelView view, int item, long nowMs, RerankOptions options)
    {
        var published = view.Terms.Of(item).PublishedAtMs;
        if (published <= 0 || options.Freshness == 0)
            return 0;
        return options.Freshness * Halved(nowMs - published, options.FreshnessHalfLife);
    }

    private float Fatigue(RecommendQuery query, int item, RerankOptions options)
    {
        if (options.Fatigue == 0 || !_shown.TryGetValue(item, out var at))
            return 0;
        var times = Math.Min(query.User.ShownTimes[at], options.FatigueShownMax);
        return options.Fatigue * times * Halved(query.NowMs - query.User.ShownAtMs[at], options.FatigueHalfLife);
    }

    private static float Halved(long ageMs, TimeSpan halfLife) =>
        float.Exp2(-(float)(Math.Max(0, ageMs) / halfLife.TotalMilliseconds));

    private void CountShown(ModelView view, UserContext user)
    {
        _shown.Clear();
        for (var i = 0; i < user.ShownItems.Length; i++)
            if (view.Catalogue.Find(user.ShownItems[i]) is >= 0 and var item)
                _shown[item] = i;
    }
}
