using Engage.Evaluation;
using Engage.Recommend;
using Spectre.Console;

namespace Engage.Bench.Evaluation;

/// <summary>
/// Every stage of the recommender and every rule to beat over one stream. Passes side by side: what learns, the same
/// model updated more rarely, one pass for each rate, and the rules.
/// </summary>
internal sealed class EvaluationRun(
    IReadOnlyList<Interaction> events, RecommenderOptions options, ulong seed, string[] only)
{
    public const string Served = "served";
    public const string Frozen = "frozen at 80%";
    private const string TwoTower = "two-tower alone";
    private const string Ranker = "ranker alone";
    private static readonly int[] Rates = [1_000, 5_000];

    // Beside the lists, and only when nothing was chosen: they are no models to choose.
    private readonly EngagementProbe? _probe = only.Length == 0 ? new(events.Count, seed) : null;

    private readonly RatingScale? _scale = RatingScale.Of(events);
    private readonly Dictionary<string, SnapshotFeed> _feeds = new(StringComparer.Ordinal);
    private ServedModel? _served;

    public async Task<EvaluationResult> RunAsync(ProgressContext progress, CancellationToken cancellation)
    {
        if (!Names().Any(IsChosen))
            throw new ArgumentException(
                $"--only {string.Join(" --only ", only)}: no model is called so; there are "
                + $"{string.Join(", ", Names())}.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stale = Stale().Where(IsChosen).ToArray();
        Task<PrequentialResult>[] passes =
        [
            PassAsync(progress, Learning(stale), stop),
            .. stale.Select(contestant => PassAsync(progress, [contestant], stop)),
            PassAsync(progress, [.. Rules().Where(IsChosen)], stop),
        ];
        var results = await Task.WhenAll(passes).ConfigureAwait(false);
        return new(
            [.. results.SelectMany(result => result.Rows).Where(row => IsChosen(row.Model))],
            [.. results.SelectMany(result => result.Curves).Where(curve => IsChosen(curve.Model))],
            _probe?.Read(), only.Length == 0 ? _served?.Progress.Outlook : null,
            _scale?.LeftOut ?? 0);
    }

    private static IEnumerable<string> Names() =>
    [
        Served, TwoTower, Ranker, .. Rates.Select(RateName), Frozen, .. Rules().Select(rule => rule.Model),
    ];

    private static string RateName(int events) => FormattableString.Invariant($"updated every {events:N0} events");

    private static Contestant[] Rules() =>
    [
        new("recent popularity", PopularityBaseline.Recent()),
        new("popularity", PopularityBaseline.Plain()),
        new("co-occurrence", new CoOccurrenceBaseline()),
    ];

    private Contestant[] Stale()
    {
        var frozen = PrequentialLoop.LastFifthOf(events.Count);
        return
        [
            .. Rates.Select(events => Stale(RateName(events), n => n % events == 0)),
            Stale(Frozen, n => n == frozen) with { AsksFrom = frozen },
        ];
    }

    private Contestant Stale(string model, Predicate<int> due) =>
        // A scale of its own: it counts what it leaves out.
        new(model, new StaleModel(_feeds[model] = new(due), RatingScale.Of(events)));

    /// <summary>The learner is there whenever one of its parts or followers is, asked or not.</summary>
    private Contestant[] Learning(Contestant[] stale)
    {
        var served = _served = new ServedModel(
            options, seed, _scale, [.. stale.Select(contestant => _feeds[contestant.Model])], _probe);
        Contestant[] parts =
        [
            new(TwoTower, new ServedPart(served, answers => answers.Found)),
            new(Ranker, new ServedPart(served, answers => answers.Ranked)),
        ];
        parts = [.. parts.Where(IsChosen)];
        return IsChosen(Served) ? [new(Served, served), .. parts]
            : parts.Length + stale.Length == 0 ? []
            : [new(Served, served) { AsksFrom = events.Count }, .. parts];
    }

    private bool IsChosen(Contestant contestant) => IsChosen(contestant.Model);

    private bool IsChosen(string model) => only.Length == 0 || only.Any(model.Contains);

    private async Task<PrequentialResult> PassAsync(
        ProgressContext progress, Contestant[] contestants, CancellationTokenSource stop)
    {
        if (contestants.Length == 0)
            return new([], []);
        var task = progress.AddTask(contestants[0].Model);
        task.MaxValue = Math.Max(1, events.Count);
        try
        {
            return await Task.Run(
                () => PrequentialLoop.RunAsync(
                    events, contestants, new(), report => Show(task, contestants[0], report), stop.Token),
                stop.Token).ConfigureAwait(false);
        }
        catch
        {
            // Another pass may be waiting for this one's snapshots.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void Show(ProgressTask task, Contestant first, PrequentialProgress report)
    {
        task.Value = report.Done;
        // Before it is asked, figures would be those of no answer.
        if (report.Done > first.AsksFrom)
            task.Description = FormattableString.Invariant(
                $"{first.Model}  HR@10 {report.HitRate:F4}  NDCG@10 {report.Ndcg:F4}");
    }
}
