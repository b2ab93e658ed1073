using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>One second of a phase over all workers.</summary>
internal sealed record SecondResult(
    int Second, int Connections, long Acknowledged, long Received, double Cpu, LatencyHistogram Delivery,
    LatencyHistogram Acknowledgement);

/// <summary>Puts the seconds of several workers together as they come in.</summary>
internal sealed class SecondResults(int workers, Action<SecondResult>? progress)
{
    private readonly Dictionary<int, List<SecondReport>> _open = [];
    private readonly List<SecondResult> _all = [];
    private readonly Lock _lock = new();

    public IReadOnlyList<SecondResult> All => _all;

    public void Add(SecondReport report)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(report.Second, out var reports))
                _open[report.Second] = reports = [];
            reports.Add(report);
            if (reports.Count < workers)
                return;
            _open.Remove(report.Second);
            var second = new SecondResult(
                report.Second, reports.Sum(each => each.Connections), reports.Sum(each => each.Acknowledged),
                reports.Sum(each => each.Received), reports.Max(each => each.Cpu),
                PhaseResult.Join(reports.Select(each => each.Delivery)),
                PhaseResult.Join(reports.Select(each => each.Acknowledgement)));
            _all.Add(second);
            progress?.Invoke(second);
        }
    }
}

/// <summary>One part of a run over all workers.</summary>
/// <param name="Behind">
/// Connections that lack something known to be in the log, after all patience, or had something twice.
/// </param>
/// <param name="Cpu">Of the busiest worker, as a share of what it may use.</param>
internal sealed record PhaseResult(
    double Seconds, int Connections, int Behind, long Unanswered, long Offered, long Sent, long Acknowledged,
    long ReactionsAcknowledged, long VisitsAcknowledged, long VisitsUnknown, long Deferred, long Unknown,
    long Received, long Disconnected,
    IReadOnlyDictionary<string, long> Refused, double Cpu, long Newest, string? LastFailure)
{
    public required LatencyHistogram Delivery { get; init; }

    public required LatencyHistogram Acknowledgement { get; init; }

    /// <summary>How late the generator itself was.</summary>
    public required LatencyHistogram Lag { get; init; }

    public required LatencyHistogram CatchUp { get; init; }

    public required LatencyHistogram Visit { get; init; }

    public required IReadOnlyList<SecondResult> EachSecond { get; init; }

    /// <summary>The most that was seen of a server of our own meanwhile.</summary>
    public ServerSight? Server { get; init; }

    public static PhaseResult Of(IReadOnlyList<PhaseReport> reports, IReadOnlyList<SecondResult> seconds)
    {
        var refused = reports.SelectMany(report => report.Refused).GroupBy(each => each.Key)
            .ToDictionary(each => each.Key, each => each.Sum(count => count.Value));
        long Sum(Func<PhaseReport, long> value) => reports.Sum(value);
        return new(
            reports.Max(report => report.Seconds), (int)Sum(report => report.Connections),
            (int)Sum(report => report.Behind), Sum(report => report.Unanswered), Sum(report => report.Offered),
            Sum(report => report.Sent), Sum(report => report.Acknowledged),
            Sum(report => report.ReactionsAcknowledged), Sum(report => report.VisitsAcknowledged),
            Sum(report => report.VisitsUnknown), Sum(report => report.Deferred), Sum(report => report.Unknown),
            Sum(report => report.Received), Sum(report => report.Disconnected), refused,
            reports.Max(report => report.Cpu), reports.Max(report => report.Newest),
            reports.Select(report => report.LastFailure).FirstOrDefault(failure => failure is not null))
        {
            Delivery = Join(reports.Select(report => report.Delivery)),
            Acknowledgement = Join(reports.Select(report => report.Acknowledgement)),
            Lag = Join(reports.Select(report => report.Lag)),
            CatchUp = Join(reports.Select(report => report.CatchUp)),
            Visit = Join(reports.Select(report => report.Visit)),
            EachSecond = seconds,
        };
    }

    public static LatencyHistogram Join(IEnumerable<long[]> histograms)
    {
        var all = new LatencyHistogram();
        foreach (var pairs in histograms)
            all.AddPairs(pairs);
        return all;
    }
}

/// <summary>What reconciliation found, over all workers.</summary>
/// <param name="Missing">Messages that were acknowledged but are not in the log.</param>
/// <param name="Repeated">Messages that are in the log more than once.</param>
/// <param name="Reloads">How often somebody could not go on where she had been, and started afresh.</param>
internal sealed record CheckResult(
    long Expected, long Received, long Lost, long Doubled, long OutOfOrder, long Missing, long Repeated, long Reloads)
{
    public static CheckResult Of(
        IReadOnlyList<CheckReport> reports, IReadOnlyList<(Guid Id, long Seq)> acknowledged,
        IReadOnlyList<(long Seq, Guid? Id)> log)
    {
        var seqs = log.ToDictionary(entry => entry.Seq, entry => entry.Id);
        var missing = acknowledged.Count(each =>
            !seqs.TryGetValue(each.Seq, out var id) || id != each.Id);
        var repeated = log.Where(entry => entry.Id is not null).GroupBy(entry => entry.Id)
            .Sum(each => each.Count() - 1L);
        return new(
            reports.Sum(report => report.Expected), reports.Sum(report => report.Received),
            reports.Sum(report => report.Lost) + missing, reports.Sum(report => report.Doubled) + repeated,
            reports.Sum(report => report.OutOfOrder), missing, repeated, reports.Sum(report => report.Reloads));
    }
}
