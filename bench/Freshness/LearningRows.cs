namespace Engage.Bench.Freshness;

/// <summary>Rows about learning under load: how soon weights follow, and what scoring pays for it.</summary>
internal static class LearningRows
{
    private const int FewContents = 500;
    private const int ManyContents = 20_000;
    private static readonly RunsOfLoad Smoke = new(1, TimeSpan.FromMilliseconds(300));
    private static readonly RunsOfLoad Default = new(5, TimeSpan.FromSeconds(3));

    public static RunsOfLoad Runs(bool smoke, int? seconds) => smoke
        ? Smoke
        : Default with { Length = seconds is { } given ? TimeSpan.FromSeconds(given) : Default.Length };

    /// <summary>One group of rows for each size of the catalogue; only the small one for a moment's run.</summary>
    public static async Task<IReadOnlyList<BenchRow>> MeasureAsync(bool smoke, CancellationToken cancellation)
    {
        var rows = new List<BenchRow>();
        foreach (var contents in smoke ? new[] { FewContents } : [FewContents, ManyContents])
            rows.AddRange(await MeasureAsync(contents, Runs(smoke, null), cancellation));
        return rows;
    }

    /// <summary>The kinds of load take turns, so that whatever else the machine does meets them alike.</summary>
    public static async Task<IReadOnlyList<BenchRow>> MeasureAsync(
        int contents, RunsOfLoad each, CancellationToken cancellation)
    {
        await using var load = await LearningLoad.StartAsync(contents, cancellation);
        await load.RunAsync(LearningLoad.Kind.Learned, each.Length, cancellation);
        var runs = Enum.GetValues<LearningLoad.Kind>().ToDictionary(kind => kind, _ => new List<LoadedRun>());
        for (var round = 0; round < each.Rounds; round++)
            foreach (var (kind, own) in runs)
                own.Add(await load.RunAsync(kind, each.Length, cancellation));

        var learned = runs[LearningLoad.Kind.Learned];
        var rate = Spread.Of(learned.Select(run => run.EventsPerSecond));
        return
        [
            Visible("p50", 0.5), Visible("p99", 0.99), Scoring("p50", 0.5), Scoring("p99", 0.99),
        ];

        BenchRow Visible(string name, double quantile) => new(
            FormattableString.Invariant($"event to updated weights in scoring, {contents:N0} contents, {name}"), "ms",
            Spread.Of(learned.Select(run => At(run.VisibleMs, quantile))), new Dictionary<string, Spread>())
        {
            Note = FormattableString.Invariant(
                $"at {rate.Median:N0} events/s, of which in each run trained all but the ranker: ")
                + string.Join(", ", learned.Select(run => run.Unranked)),
        };

        BenchRow Scoring(string name, double quantile) => new(
            FormattableString.Invariant($"scoring while the model trains, {contents:N0} contents, {name}"), "ms",
            Quantiles(learned, quantile),
            new Dictionary<string, Spread>
            {
                ["events that train nothing"] = Quantiles(runs[LearningLoad.Kind.Unlearned], quantile),
                ["the same events of guests"] = Quantiles(runs[LearningLoad.Kind.OfGuests], quantile),
                ["no events"] = Quantiles(runs[LearningLoad.Kind.None], quantile),
            })
        {
            Note = FormattableString.Invariant(
                $"from when each was due; answered busy: {runs.Values.Sum(kind => kind.Sum(run => run.Busy))}"),
        };
    }

    private static Spread Quantiles(IEnumerable<LoadedRun> runs, double quantile) =>
        Spread.Of(runs.Select(run => At(run.AskMs, quantile)));

    private static double At(IReadOnlyList<double> values, double quantile) => values.Count == 0
        ? double.NaN
        : values.Order().ElementAt((int)(quantile * (values.Count - 1)));
}

/// <summary>How often and how long each kind of load runs.</summary>
internal readonly record struct RunsOfLoad(int Rounds, TimeSpan Length);
