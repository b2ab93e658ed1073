namespace Engage.Evaluation;

/// <summary>One model that takes part in a run, and the name its rows carry.</summary>
public sealed record Contestant(string Model, IPrequentialRecommender Recommender);

/// <summary>How far a run is, with the first contestant's metrics so far over all events.</summary>
public sealed record PrequentialProgress(int Done, int Total, double HitRate, double Ndcg);

/// <summary>Result of one model on one slice of the stream.</summary>
/// <param name="N">Tests in this slice.</param>
public sealed record MetricRow(string Model, string Slice, long N, double Hr10, double Ndcg10, double Mrr);

/// <summary>Settings of a run.</summary>
public sealed record PrequentialOptions
{
    /// <summary>
    /// Length of the lists that are asked for, at least 10. HR@10 and NDCG@10 look at the first 10 only; MRR counts an
    /// item below the list as 0, so longer lists give a truer MRR and cost more. 10 is what a replay over the network
    /// asks for.
    /// </summary>
    public int ListLength { get; init; } = 10;

    /// <summary>A progress report is made each so many events.</summary>
    public int ReportEveryEvents { get; init; } = 500;
}

/// <summary>
/// Test, then train, over a stream in time order: for each event every contestant first answers what it would serve to
/// the event's user, the event's item is looked up in the answer, and only then the event is learned. All contestants
/// see the same pass. An event by which a user takes an item again is learned and not tested: items that the user has
/// had are never served.
/// </summary>
public static class PrequentialLoop
{
    /// <summary>All tests.</summary>
    public const string SliceAll = "all";

    /// <summary>Tests of a user's very first event: nothing is known about the user.</summary>
    public const string SliceFirstEvents = "first events";

    /// <summary>Tests of users who have had something before.</summary>
    public const string SliceKnownUsers = "known users";

    private const int Cutoff = 10;

    /// <summary>Runs <paramref name="contestants"/> over <paramref name="events"/> and returns a row per model and
    /// slice.</summary>
    public static async Task<IReadOnlyList<MetricRow>> RunAsync(
        IReadOnlyList<Interaction> events,
        IReadOnlyList<Contestant> contestants,
        PrequentialOptions options,
        Action<PrequentialProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(contestants);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ListLength, Cutoff);
        var scores = contestants.Select(_ => new Slices()).ToArray();
        var had = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = 0; i < events.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = events[i];
            var known = had.TryGetValue(next.User, out var items);
            if (!known)
                had.Add(next.User, items = new(StringComparer.Ordinal));
            var test = items!.Add(next.Item);
            for (var c = 0; test && c < contestants.Count; c++)
            {
                var list = await contestants[c].Recommender
                    .RecommendAsync(next.User, options.ListLength, next.AtMs, cancellation).ConfigureAwait(false);
                scores[c].Add(RankingMetrics.RankOf(next.Item, list), known);
            }

            // Only now that all have answered may any of them learn: they may share a model.
            foreach (var contestant in contestants)
                await contestant.Recommender.LearnAsync(next, cancellation).ConfigureAwait(false);

            if (progress is not null && ((i + 1) % options.ReportEveryEvents == 0 || i + 1 == events.Count))
                progress(new(i + 1, events.Count, scores[0].All.HitRate, scores[0].All.Ndcg));
        }

        return contestants.SelectMany((contestant, c) => scores[c].Rows(contestant.Model)).ToArray();
    }

    private sealed class Slices
    {
        private readonly RankingMetrics _first = new(Cutoff);
        private readonly RankingMetrics _known = new(Cutoff);

        public RankingMetrics All { get; } = new(Cutoff);

        public void Add(int rank, bool known)
        {
            All.Add(rank);
            (known ? _known : _first).Add(rank);
        }

        public IEnumerable<MetricRow> Rows(string model) =>
        [
            Row(model, SliceAll, All), Row(model, SliceFirstEvents, _first), Row(model, SliceKnownUsers, _known),
        ];

        private static MetricRow Row(string model, string slice, RankingMetrics m) =>
            new(model, slice, m.Count, m.HitRate, m.Ndcg, m.Mrr);
    }
}
