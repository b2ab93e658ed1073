namespace Engage.Evaluation;

/// <summary>One model that takes part in a run, and the name its rows carry.</summary>
public sealed record Contestant(string Model, IPrequentialRecommender Recommender)
{
    /// <summary>
    /// It learns from the beginning and is asked from this event on. Above 0 it has a row for the last fifth alone: the
    /// others would be of other tests than those of its rivals.
    /// </summary>
    public int AsksFrom { get; init; }
}

/// <summary>How far a run is, with the first contestant's metrics so far over all events.</summary>
public sealed record PrequentialProgress(int Done, int Total, double HitRate, double Ndcg);

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

    /// <summary>Most points of a curve over time; windows are of equal length.</summary>
    public int CurvePointsMax { get; init; } = 100;
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

    /// <summary>Tests in the last fifth of the stream, where models that stopped learning are compared.</summary>
    public const string SliceLastFifth = "last 20%";

    private const int Cutoff = 10;

    /// <summary>Where the last fifth of a stream begins.</summary>
    public static int LastFifthOf(int events) => events - (events / 5);

    /// <summary>Runs <paramref name="contestants"/> over <paramref name="events"/>.</summary>
    public static async Task<PrequentialResult> RunAsync(
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
        var scores = contestants.Select(_ => new Slices(Cutoff)).ToArray();
        var window = Math.Max(1, (events.Count + options.CurvePointsMax - 1) / options.CurvePointsMax);
        var tail = LastFifthOf(events.Count);
        var items = new HashSet<string>(StringComparer.Ordinal);
        var had = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = 0; i < events.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = events[i];
            var known = had.TryGetValue(next.User, out var hadItems);
            if (!known)
                had.Add(next.User, hadItems = new(StringComparer.Ordinal));
            items.Add(next.Item);
            var test = hadItems!.Add(next.Item);
            for (var c = 0; test && c < contestants.Count; c++)
            {
                if (i < contestants[c].AsksFrom)
                    continue;
                var list = await contestants[c].Recommender
                    .RecommendAsync(next.User, options.ListLength, next.AtMs, cancellation).ConfigureAwait(false);
                scores[c].Add(next.User, list, RankingMetrics.RankOf(next.Item, list), known, i >= tail);
            }

            // Only now that all have answered may any of them learn: they may share a model.
            foreach (var contestant in contestants)
                await contestant.Recommender.LearnAsync(next, cancellation).ConfigureAwait(false);

            if ((i + 1) % window == 0 || i + 1 == events.Count)
                foreach (var score in scores)
                    score.EndWindow(i + 1);
            if (progress is not null && ((i + 1) % options.ReportEveryEvents == 0 || i + 1 == events.Count))
                progress(new(i + 1, events.Count, scores[0].All.HitRate, scores[0].All.Ndcg));
        }

        return new(
            [.. contestants.SelectMany((contestant, c) => RowsOf(contestant, scores[c], items.Count))],
            [.. contestants.Select((contestant, c) => scores[c].CurveOf(contestant.Model))]);
    }

    private static IEnumerable<MetricRow> RowsOf(Contestant contestant, Slices scores, int items) =>
        scores.Rows(contestant.Model, items)
            .Where(row => contestant.AsksFrom == 0 || row.Slice == SliceLastFifth);
}
