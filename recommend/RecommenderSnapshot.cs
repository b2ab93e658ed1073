using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>An immutable recommender of one moment. All methods may be called from any thread.</summary>
/// <remarks>It is published held once. Who never releases it may keep it; who publishes many a second releases each
/// when the next has taken its place, so that the recommender can use its pages again.</remarks>
public sealed class RecommenderSnapshot
{
    // Common takers at which half of a tie is believed: one who took both is a chance, not a likeness.
    private const float TieShrink = 5;

    // Shared by all snapshots: the buffers do not belong to a model, and snapshots come by the thousand.
    private static readonly ConcurrentBag<BatchScratch> Pool = [];

    private static readonly ConcurrentBag<CandidateSearch> Searches = [];

    private readonly ModelView _view;

    /// <param name="pages">Null for a look at what goes on changing.</param>
    internal RecommenderSnapshot(long version, ModelView view, PageView? pages) =>
        (Version, _view, Pages) = (version, view, pages);

    internal ModelView View => _view;

    internal PageView? Pages { get; }

    /// <summary>What users do next.</summary>
    public OutlookView Outlook => _view.Outlook!;

    /// <summary>For one more reader; see <see cref="PageView.Hold"/>.</summary>
    public void Hold() => Pages?.Hold();

    /// <summary>Once for each hold; after the last, only <see cref="Version"/> may be read.</summary>
    public void Release() => Pages?.Release();

    /// <summary>Increases with every snapshot that differs from the one before.</summary>
    public long Version { get; }

    /// <summary>
    /// Answers a batch: the candidates of all queries go through the ranker in one forward pass, and so do the rows
    /// that explain the best of them. Allocates nothing once <paramref name="scratch"/> has seen its largest batch; the
    /// ids in the results are the catalogue's own strings.
    /// </summary>
    /// <param name="results">Room for the sum of all limits. The first query's items come first, best first; those of
    /// the next begin where its limit ends.</param>
    /// <param name="counts">As long as <paramref name="queries"/>: how many items each got, at most its limit.</param>
    /// <exception cref="ArgumentException">A buffer is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not in 1..<see cref="RecommenderOptions.LimitMax"/>.
    /// Nothing was answered: check with <see cref="RecommendQuery.Check"/> what comes from outside.</exception>
    public void Recommend(
        ReadOnlySpan<RecommendQuery> queries, Span<RankedItem> results, Span<int> counts, BatchScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        Check(queries, results.Length, counts.Length);
        scratch.Begin();
        Prepare(queries, scratch);
        for (var q = 0; q < queries.Length; q++)
            Gather(queries[q], scratch.Asked[q], scratch);
        var logits = Score(scratch);
        var rows = scratch.Features.All;
        for (var (q, from) = (0, 0); q < queries.Length; q++)
            from = ChooseBest(queries[q], q, from, rows, logits, scratch);
        Reasons.Explain(_view, scratch);
        for (var (q, at) = (0, 0); q < queries.Length; at += queries[q++].Limit)
            counts[q] = Write(q, results[at..], scratch);
    }

    /// <summary>The same for tests and measurements, into arrays of its own.</summary>
    /// <param name="results">As long as <paramref name="queries"/>; each gets at most its query's limit, best
    /// first.</param>
    public void Recommend(ReadOnlySpan<RecommendQuery> queries, Span<RankedItem[]> results)
    {
        if (results.Length != queries.Length)
            throw new ArgumentException(
                $"{queries.Length} queries need as many results; got room for {results.Length}.");
        if (!Pool.TryTake(out var scratch))
            scratch = new(ManagedBackend.Instance);
        var room = 0;
        foreach (ref readonly var query in queries)
            room += Math.Max(0, query.Limit);
        var (items, counts) = (new RankedItem[room], new int[queries.Length]);
        Recommend(queries, items, counts, scratch);
        Pool.Add(scratch);
        for (var (q, at) = (0, 0); q < queries.Length; at += queries[q++].Limit)
            results[q] = items.AsSpan(at, counts[q]).ToArray();
    }

    /// <summary>What a query gets, what it gets <see cref="RecommendQuery.AsRanked"/>, and what the towers alone find
    /// for its user, by one search and one forward pass: for measuring, where all three are asked of each event.
    /// Nothing is drawn, and no reason is named.</summary>
    public StageAnswers ByStage(in RecommendQuery query)
    {
        if (query.Check() is { } wrong)
            throw wrong;
        if (!Pool.TryTake(out var scratch))
            scratch = new(ManagedBackend.Instance);
        scratch.Begin();
        Prepare([query], scratch);
        var asked = scratch.Asked[0];
        Gather(query, asked, scratch);
        var logits = Score(scratch);
        Mix(scratch.Features.All, 0, logits, scratch);
        // The buffer of places is the next ranking's as well.
        var served = Ids(scratch, scratch.Reranker.Rank(_view, query, scratch.Items.All, logits));
        var ranked = Ids(
            scratch, scratch.Reranker.Rank(_view, query with { AsRanked = true }, scratch.Items.All, logits));
        var found = Found(asked, query.Limit);
        Pool.Add(scratch);
        return new(served, ranked, found);
    }

    /// <summary>The first stage alone: what the two-tower model finds for a user, best first. For measuring.</summary>
    public string[] Retrieve(UserContext user, int limit)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!Pool.TryTake(out var scratch))
            scratch = new(ManagedBackend.Instance);
        var asked = scratch.AskedFor(1)[0];
        asked.Prepare(_view, user);
        scratch.Sweep.Find(_view.Towers, [asked], [limit]);
        var found = Found(asked, limit);
        Pool.Add(scratch);
        return found;
    }

    /// <summary>What the model says of given items for a user, taken or not. For measuring.</summary>
    /// <returns>As long as <paramref name="items"/>; null for an item that is unknown.</returns>
    public Evidence?[] Judge(UserContext user, ReadOnlySpan<string> items, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!Searches.TryTake(out var search))
            search = new();
        var found = search.Find(_view, user);
        int[] judged = [.. items.ToArray().Select(_view.Catalogue.Find)];
        int[] all = [.. found.Candidates, .. judged.Where(item => item >= 0 && !found.IsChosen(item))];
        var layout = _view.Ranker.Layout;
        var rows = new float[all.Length * layout.Count];
        FeatureRows.Fill(_view, layout, user, nowMs, found, all, rows);
        var given = new float[all.Length];
        _view.Mixture.Fill(rows, all.Length, given);
        _view.Ranker.Standardize(rows, all.Length);
        var logits = _view.Ranker.Score(rows, all.Length, new());
        _view.Mixture.Mix(given, logits);
        var logSum = EngagementView.LogSumExp(logits);
        var evidence = new Evidence?[judged.Length];
        for (var i = 0; i < judged.Length; i++)
        {
            var at = judged[i] < 0 ? -1 : Array.IndexOf(all, judged[i]);
            if (at >= 0)
                evidence[i] = new(
                    logits[at] - logSum, _view.Towers.Logit(search.User, judged[i]), found.IsChosen(judged[i]),
                    rows.AsMemory(at * layout.Count, layout.Count));
        }

        Searches.Add(search);
        return evidence;
    }

    /// <summary>Items like <paramref name="item"/>: taken together with it, or alike in content; none when it is
    /// unknown.</summary>
    /// <param name="rules">What may be shown at all.</param>
    public RankedItem[] Similar(string item, int limit, FeedRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RecommenderOptions.LimitMax);
        var index = _view.Catalogue.Find(item);
        if (index < 0)
            return [];
        var strengths = new Dictionary<int, (float Tie, float Alike)>();
        if (_view.Ties.Of(index) is { Count: > 0 } ties)
            for (var i = 0; i < ties.Count; i++)
            {
                var tie = ties.Weights[(i * Neighbours.Kinds) + CoOccurrence.Together];
                strengths[ties.Ids[i]] = (ShrunkCosine(tie, index, ties.Ids[i]), 0);
            }

        foreach (var alike in _view.Content.Of(index))
            strengths[alike.Item] = (strengths.GetValueOrDefault(alike.Item).Tie, alike.Similarity);
        return
        [
            .. strengths.Where(entry => _view.Terms.Allows(entry.Key, rules))
                .Select(entry => (Item: entry.Key, entry.Value.Tie, entry.Value.Alike))
                .OrderByDescending(entry => entry.Tie + entry.Alike).ThenBy(entry => entry.Item).Take(limit)
                .Select(entry => new RankedItem(
                    _view.Catalogue.Id(entry.Item), entry.Tie + entry.Alike, new(
                        entry.Tie >= entry.Alike
                            ? RecommendReasonKind.BecauseYouTook
                            : RecommendReasonKind.SimilarContent,
                        item))),
        ];
    }

    /// <summary>
    /// The cosine of two items' sets of takers, so that what goes with everything goes with nothing, shrunk while few
    /// took both; of the size of a content likeness, with which it is added.
    /// </summary>
    private float ShrunkCosine(float tie, int item, int other)
    {
        var norm = MathF.Sqrt((_view.Catalogue.Stats(item).Takers + 1f) * (_view.Catalogue.Stats(other).Takers + 1f));
        return MathF.Min(1, tie / norm) * tie / (tie + TieShrink);
    }

    private static void Check(ReadOnlySpan<RecommendQuery> queries, int results, int counts)
    {
        var room = 0;
        foreach (ref readonly var query in queries)
        {
            if (query.Check() is { } wrong)
                throw wrong;
            room += query.Limit;
        }

        if (results < room || counts < queries.Length)
            throw new ArgumentException(
                $"{queries.Length} queries need room for {room} results and {queries.Length} counts; got {results} "
                + $"and {counts}.");
    }

    /// <summary>What is done for all queries together, before each goes its own way.</summary>
    private void Prepare(ReadOnlySpan<RecommendQuery> queries, BatchScratch scratch)
    {
        var asked = scratch.AskedFor(queries.Length);
        var counts = scratch.TowerCounts.Extend(queries.Length);
        for (var q = 0; q < queries.Length; q++)
        {
            asked[q].Prepare(_view, queries[q].User, queries[q].Rules);
            counts[q] = CandidateSource.TowersCount(_view, queries[q].Limit);
        }

        scratch.Sweep.Find(_view.Towers, asked, counts);
    }

    /// <summary>Appends one query's candidates and their raw feature rows to the batch.</summary>
    private void Gather(in RecommendQuery query, PreparedQuery asked, BatchScratch scratch)
    {
        var (own, layout) = (scratch.Query, _view.Ranker.Layout);
        CandidateSource.Find(_view, asked, own);
        var candidates = CollectionsMarshal.AsSpan(own.Candidates);
        var rows = scratch.Features.Extend(candidates.Length * layout.Count);
        FeatureRows.Fill(_view, layout, query.User, query.NowMs, own, candidates, rows);
        _view.Mixture.Fill(rows, candidates.Length, scratch.Given.Extend(candidates.Length));
        candidates.CopyTo(scratch.Items.Extend(candidates.Length));
        var nominated = scratch.Nominated.Extend(candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
            nominated[i] = own.Nominated[candidates[i]];
        scratch.Ends.Add(new QueryEnds(scratch.Items.Count, 0));
    }

    /// <summary>Standardizes the rows of all candidates and scores them.</summary>
    private Span<float> Score(BatchScratch scratch)
    {
        var rows = scratch.Features.All;
        _view.Ranker.Standardize(rows, scratch.Items.Count);
        return scratch.Score(_view.Ranker, rows, scratch.Items.Count);
    }

    /// <summary>Turns the ranker's logits of one query's candidates, which begin at <paramref name="from"/>, into what
    /// all models say together.</summary>
    private void Mix(ReadOnlySpan<float> rows, int from, Span<float> scores, BatchScratch scratch)
    {
        _view.Mixture.Mix(scratch.Given.All.Slice(from, scores.Length), scores);
        _view.Engagement.Mix(rows[(from * _view.Ranker.Layout.Count)..], scores, scratch.Engagement);
    }

    /// <summary>Appends the best of one query's candidates, which begin at <paramref name="from"/>.</summary>
    /// <returns>Where they end.</returns>
    private int ChooseBest(
        in RecommendQuery query, int q, int from, ReadOnlySpan<float> rows, Span<float> logits, BatchScratch scratch)
    {
        ref var ends = ref scratch.Ends.All[q];
        var items = scratch.Items.All[from..ends.Items];
        var scores = logits[from..ends.Items];
        Mix(rows, from, scores, scratch);
        foreach (var placed in scratch.Reranker.Rank(_view, query, items, scores))
            scratch.Answers.Add(
                new Answer { Place = from + placed.Index, Score = placed.Score, Effect = placed.Effect });
        var own = scratch.Answers.All[(q == 0 ? 0 : scratch.Ends.All[q - 1].Answers)..];
        scratch.Explorer.Explore(_view, query, items, scores, from, own);
        ends = ends with { Answers = scratch.Answers.Count };
        return ends.Items;
    }

    private string[] Ids(BatchScratch scratch, ReadOnlySpan<Placed> places)
    {
        var ids = new string[places.Length];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _view.Catalogue.Id(scratch.Items.All[places[i].Index]);
        return ids;
    }

    /// <summary>The first of what the towers found.</summary>
    private string[] Found(PreparedQuery asked, int limit)
    {
        var ids = new string[Math.Min(limit, asked.Towers.Count)];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _view.Catalogue.Id(asked.Towers.All[i].Item);
        return ids;
    }

    private int Write(int q, Span<RankedItem> into, BatchScratch scratch)
    {
        var from = q == 0 ? default : scratch.Ends.All[q - 1];
        var to = scratch.Ends.All[q];
        var hasHistory = scratch.Asked[q].Recent.Count > 0;
        var answers = scratch.Answers.All[from.Answers..to.Answers];
        for (var i = 0; i < answers.Length; i++)
        {
            var item = scratch.Items.All[answers[i].Place];
            var reason = Reasons.Name(_view, answers[i], item, hasHistory) with { Effect = answers[i].Effect };
            into[i] = new(_view.Catalogue.Id(item), answers[i].Score, reason)
            {
                Propensity = answers[i].Propensity, Explored = answers[i].Explored,
            };
        }

        return answers.Length;
    }
}
