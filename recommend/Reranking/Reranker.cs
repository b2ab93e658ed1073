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
    private readonly Dictionary<int, int> _shown = [];
    private readonly Rows<ulong> _keys = new();
    private readonly Rows<ulong> _sorted = new();
    private readonly Rows<float> _fresh = new();
    private readonly OutlookWorkspace _workspace = new();
    private Entry[] _pool = [];
    private Placed[] _placed = [];
    private ulong[] _hashes = [];
    private float[] _ratings = [];

    private record struct Entry(int Index, int Item, float Raw, float Fresh, float Tired)
    {
        public float Liked;
        public float Alike;
        public float Standing;
        public bool Taken;
        public int Creator;
        public int[] Topics = [];

        public readonly float Adjusted => Raw + Fresh + Liked - Tired;
    }

    /// <summary>The answer, best first, at most the query's limit; valid until the next call.</summary>
    /// <param name="items">Candidates of one query.</param>
    /// <param name="scores">Their logits.</param>
    public ReadOnlySpan<Placed> Rank(
        ModelView view, in RecommendQuery query, ReadOnlySpan<int> items, ReadOnlySpan<float> scores)
    {
        var options = query.AsRanked ? RerankOptions.Off : view.Options.Rerank;
        CountShown(view, query.User);
        var pool = Pool(view, query, items, scores, options, out var cut);
        ForeseeLiking(view, query, pool, options);
        foreach (ref var entry in pool)
            entry.Standing = entry.Adjusted;
        if (_placed.Length < query.Limit)
            _placed = new Placed[query.Limit];
        var count = Math.Min(query.Limit, pool.Length);
        for (var place = 0; place < count; place++)
        {
            ref var entry = ref pool[Best(pool)];
            entry.Taken = true;
            _placed[place] = new(entry.Index, entry.Standing, EffectOn(entry, cut, pool));
            if (place + 1 < count)
                Repel(pool, entry, options);
        }

        return _placed.AsSpan(0, count);
    }

    /// <summary>The best by adjusted score among what may be shown, several per place; and the ranker's own, however
    /// tired of them the user is: what takes their places is explained by them.</summary>
    /// <param name="cut">The ranker's own cut among what may be shown: what comes in from below it needs an
    /// explanation.</param>
    private Span<Entry> Pool(
        ModelView view, in RecommendQuery query, ReadOnlySpan<int> items, ReadOnlySpan<float> scores,
        RerankOptions options, out float cut)
    {
        if (_pool.Length < items.Length)
            _pool = new Entry[Math.Max(items.Length, 2 * _pool.Length)];
        _keys.Clear();
        var fresh = Freshness(view, query, items, options);
        for (var i = 0; i < items.Length; i++)
        {
            if (!view.Terms.Allows(items[i], query.Rules))
                continue;
            ref var entry = ref _pool[_keys.Count];
            entry = new(i, items[i], scores[i], fresh[i], Fatigue(query, items[i], options));
            _keys.Add(ScoreKeys.Of(entry.Adjusted, i));
        }

        var keys = _keys.All;
        var least = LeastOf((int)Math.Min(int.MaxValue, (long)query.Limit * options.PoolPerPlace));
        var leastRaw = LeastRawOf(keys.Length, query.Limit);
        cut = leastRaw == 0 ? float.NegativeInfinity : ScoreKeys.ScoreOf(leastRaw);
        var kept = 0;
        for (var i = 0; i < keys.Length; i++)
            if (keys[i] >= least || ScoreKeys.Of(_pool[i].Raw, i) >= leastRaw)
                _pool[kept++] = _pool[i];
        var pool = _pool.AsSpan(0, kept);
        foreach (ref var entry in pool)
            (entry.Creator, entry.Topics) = (
                view.Catalogue.Facts(entry.Item).Creator, view.Terms.TopicsOf(entry.Item));
        return pool;
    }

    /// <summary>The least of the <paramref name="count"/> greatest keys; 0, below all, when there are no
    /// more.</summary>
    private ulong LeastOf(int count)
    {
        if (_keys.Count <= count)
            return 0;
        _sorted.Clear();
        var sorted = _sorted.Extend(_keys.Count);
        _keys.All.CopyTo(sorted);
        return KeySelection.MoveGreatestFirst(sorted, count);
    }

    /// <summary>The same by the ranker's own scores, of the first <paramref name="entries"/> of the pool.</summary>
    private ulong LeastRawOf(int entries, int count)
    {
        if (entries < count)
            return 0;
        _sorted.Clear();
        var sorted = _sorted.Extend(entries);
        for (var i = 0; i < entries; i++)
            sorted[i] = ScoreKeys.Of(_pool[i].Raw, i);
        return KeySelection.MoveGreatestFirst(sorted, count);
    }

    private static int Best(ReadOnlySpan<Entry> pool)
    {
        var (best, highest) = (-1, 0f);
        for (var i = 0; i < pool.Length; i++)
        {
            ref readonly var entry = ref pool[i];
            if (entry.Taken)
                continue;
            // Equal scores: the lower number wins, as everywhere.
            if (best < 0 || entry.Standing > highest
                || (entry.Standing == highest && entry.Item < pool[best].Item))
                (best, highest) = (i, entry.Standing);
        }

        return best;
    }

    /// <summary>Takes off every item left what it has in common with the one just placed, if that is more than it had
    /// with one before.</summary>
    private static void Repel(Span<Entry> pool, in Entry placed, RerankOptions options)
    {
        var (creator, topics) = (placed.Creator, placed.Topics);
        if ((creator < 0 || options.CreatorRepeat == 0) && (topics.Length == 0 || options.TopicRepeat == 0))
            return;
        foreach (ref var entry in pool)
        {
            if (entry.Taken)
                continue;
            var alike = (creator >= 0 && entry.Creator == creator ? options.CreatorRepeat : 0)
                + (options.TopicRepeat * Overlap(topics, entry.Topics));
            if (alike > entry.Alike)
                (entry.Alike, entry.Standing) = (alike, entry.Adjusted - alike);
        }
    }

    /// <summary>Jaccard index of two sets of topics; 0 where one is empty.</summary>
    private static float Overlap(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var both = 0;
        // A handful each: quicker looked through than called for.
        foreach (var topic in b)
            foreach (var other in a)
                both += topic == other ? 1 : 0;
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
        if (entry.Raw + entry.Fresh + entry.Liked >= cut)
            return entry.Fresh >= entry.Liked ? RerankEffect.Fresh : RerankEffect.Liked;
        var effect = RerankEffect.Variety;
        foreach (ref readonly var other in pool)
            if (!other.Taken && other.Raw >= cut && other.Adjusted < entry.Adjusted)
            {
                if (other.Tired > 0)
                    return RerankEffect.Rest;
                // Nothing else takes from a score before likeness does.
                effect = RerankEffect.Liked;
            }

        return effect;
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

    /// <summary>What each item gains for its age.</summary>
    private Span<float> Freshness(
        ModelView view, in RecommendQuery query, ReadOnlySpan<int> items, RerankOptions options)
    {
        _fresh.Clear();
        var fresh = _fresh.Extend(items.Length);
        var rate = (float)(-Math.Log(2) / options.FreshnessHalfLife.TotalMilliseconds);
        for (var i = 0; i < items.Length; i++)
        {
            var published = view.Terms.Of(items[i]).PublishedAtMs;
            fresh[i] = published <= 0 || options.Freshness == 0
                ? float.NegativeInfinity
                : rate * Math.Max(0, query.NowMs - published);
        }

        VectorMath.Exp(fresh, fresh);
        foreach (ref var gain in fresh)
            gain *= options.Freshness;
        return fresh;
    }

    private float Fatigue(in RecommendQuery query, int item, RerankOptions options)
    {
        if (options.Fatigue == 0 || _shown.Count == 0 || !_shown.TryGetValue(item, out var at))
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
