namespace Engage.Evaluation;

/// <summary>One contestant's metrics over all tests, over parts of them, and over time.</summary>
internal sealed class Slices(int cutoff)
{
    private readonly RankingMetrics _first = new(cutoff);
    private readonly RankingMetrics _known = new(cutoff);
    private readonly RankingMetrics _tail = new(cutoff);
    private readonly List<CurvePoint> _curve = [];
    private readonly Exposure _exposure = new(cutoff);
    private RankingMetrics _window = new(cutoff);

    public RankingMetrics All { get; } = new(cutoff);

    public void Add(string user, IReadOnlyList<string> list, int rank, bool known, bool inTail)
    {
        All.Add(rank);
        _window.Add(rank);
        (known ? _known : _first).Add(rank);
        if (inTail)
            _tail.Add(rank);
        _exposure.Add(user, list);
    }

    /// <summary>Ends one window of the curve; a window without a test has no point.</summary>
    public void EndWindow(int events)
    {
        if (_window.Count > 0)
            _curve.Add(new(events, _window.Count, _window.HitRate, _window.Ndcg));
        _window = new(cutoff);
    }

    public Curve CurveOf(string model) => new(model, _curve);

    /// <summary>A row per slice; what is shown is told for all tests alone.</summary>
    public IEnumerable<MetricRow> Rows(string model, int knownItems) =>
    [
        Row(model, PrequentialLoop.SliceAll, All) with
        {
            Coverage10 = _exposure.CoverageOf(knownItems), Diversity10 = _exposure.Diversity,
        },
        Row(model, PrequentialLoop.SliceFirstEvents, _first),
        Row(model, PrequentialLoop.SliceKnownUsers, _known),
        Row(model, PrequentialLoop.SliceLastFifth, _tail),
    ];

    private static MetricRow Row(string model, string slice, RankingMetrics m) =>
        new(model, slice, m.Count, m.HitRate, m.Ndcg, m.Mrr);
}
