using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Engage.Recommend;

/// <summary>An immutable recommender of one moment. All methods may be called from any thread.</summary>
public sealed class RecommenderSnapshot
{
    // Common takers at which half of a tie is believed: one who took both is a chance, not a likeness.
    private const float TieShrink = 5;

    // Shared by all snapshots: the buffers do not belong to a model, and snapshots come by the thousand.
    private static readonly ConcurrentBag<BatchScratch> Pool = [];

    private readonly ModelView _view;

    internal RecommenderSnapshot(long version, ModelView view) => (Version, _view) = (version, view);

    /// <summary>Increases with every snapshot that differs from the one before.</summary>
    public long Version { get; }

    /// <summary>Answers a batch: the candidates of all queries go through the ranker in one forward pass.</summary>
    /// <param name="results">As long as <paramref name="queries"/>; each gets at most its query's limit, best
    /// first.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not in
    /// 1..<see cref="RecommenderOptions.LimitMax"/>.</exception>
    public void Recommend(ReadOnlySpan<RecommendQuery> queries, Span<RankedItem[]> results)
    {
        if (results.Length != queries.Length)
            throw new ArgumentException(
                $"{queries.Length} queries need as many results; got room for {results.Length}.");
        if (!Pool.TryTake(out var scratch))
            scratch = new();
        try
        {
            var ends = new int[queries.Length];
            Gather(queries, scratch, ends);
            var layout = _view.Ranker.Layout;
            var rows = scratch.Features.AsSpan(0, scratch.Items.Count * layout.Count);
            _view.Ranker.Standardize(rows, scratch.Items.Count);
            var logits = _view.Ranker.Score(rows, scratch.Items.Count, scratch.Workspace);
            for (int q = 0, from = 0; q < queries.Length; from = ends[q++])
            {
                _view.Engagement.Mix(rows[(from * layout.Count)..], logits[from..ends[q]], scratch.Engagement);
                results[q] = Best(queries[q], scratch, rows, logits, from, ends[q]);
            }
        }
        finally
        {
            Pool.Add(scratch);
        }
    }

    /// <summary>The first stage alone: what the two-tower model finds for a user, best first. For measuring.</summary>
    public string[] Retrieve(UserContext user, int limit)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!Pool.TryTake(out var scratch))
            scratch = new();
        CandidateSource.FindByTowers(_view, user, scratch.Query, limit);
        var found = scratch.Query.Candidates.ConvertAll(_view.Catalogue.Id).ToArray();
        Pool.Add(scratch);
        return found;
    }

    /// <summary>Items like <paramref name="item"/>: taken together with it, or alike in content; none when it is
    /// unknown.</summary>
    public RankedItem[] Similar(string item, int limit, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RecommenderOptions.LimitMax);
        var index = _view.Catalogue.Find(item);
        if (index < 0)
            return [];
        var strengths = new Dictionary<int, (float Tie, float Alike)>();
        if (_view.Ties.Of(index) is { } ties)
            for (var i = 0; i < ties.Count; i++)
            {
                var tie = ties.Weights[(i * Neighbours.Kinds) + CoOccurrence.Together];
                strengths[ties.Ids[i]] = (ShrunkCosine(tie, index, ties.Ids[i]), 0);
            }

        foreach (var alike in _view.Content.Of(index))
            strengths[alike.Item] = (strengths.GetValueOrDefault(alike.Item).Tie, alike.Similarity);
        return
        [
            .. strengths.Select(entry => (Item: entry.Key, entry.Value.Tie, entry.Value.Alike))
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

    private void Gather(ReadOnlySpan<RecommendQuery> queries, BatchScratch scratch, Span<int> ends)
    {
        scratch.Items.Clear();
        scratch.Nominated.Clear();
        var layout = _view.Ranker.Layout;
        for (var q = 0; q < queries.Length; q++)
        {
            var limit = queries[q].Limit;
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(queries));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RecommenderOptions.LimitMax, nameof(queries));
            CandidateSource.Find(_view, queries[q].User, scratch.Query, limit);
            var candidates = CollectionsMarshal.AsSpan(scratch.Query.Candidates);
            var from = scratch.Items.Count * layout.Count;
            scratch.Reserve(from + (candidates.Length * layout.Count));
            FeatureRows.Fill(
                _view, layout, queries[q].User, queries[q].NowMs, scratch.Query, candidates,
                scratch.Features.AsSpan(from, candidates.Length * layout.Count));
            foreach (var item in candidates)
            {
                scratch.Items.Add(item);
                scratch.Nominated.Add(scratch.Query.Nominated[item]);
            }

            ends[q] = scratch.Items.Count;
        }
    }

    private RankedItem[] Best(
        RecommendQuery query, BatchScratch scratch, ReadOnlySpan<float> rows, ReadOnlySpan<float> logits,
        int from, int to)
    {
        var top = scratch.Query.Top;
        top.Begin(query.Limit);
        for (var i = from; i < to; i++)
            top.Offer(logits[i], i);
        var best = top.End();
        var places = new int[best.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = best[i].Item;
        var reasons = new RecommendReason[best.Length];
        Reasons.Explain(_view, query, scratch, rows, places, reasons);
        var ranked = new RankedItem[best.Length];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = new(_view.Catalogue.Id(scratch.Items[places[i]]), best[i].Score, reasons[i]);

        return ranked;
    }
}
