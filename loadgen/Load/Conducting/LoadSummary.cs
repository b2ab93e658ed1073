using Engage.LoadGen.Measure;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Makes a report of what was measured and held against the log.</summary>
internal static class LoadSummary
{
    /// <summary>A worker that is busier is what is slow.</summary>
    public const double GeneratorCpuMax = 0.85;

    /// <param name="visits">Views that the contents have more than before.</param>
    /// <param name="before">A server of our own when everybody was in.</param>
    public static LoadReport Of(
        LoadSettings settings, IReadOnlyList<PhaseResult> phases, CheckResult check,
        IReadOnlyList<EntryMessage> log, long visits, ServerSight? before = null)
    {
        var main = settings.Scenario == Scenario.SlowReaders ? phases[^2] : phases[^1];
        var acknowledgedVisits = phases.Sum(phase => phase.VisitsAcknowledged);
        var reactions = Reactions(phases, log);
        var missing = Math.Max(0, acknowledgedVisits - visits)
            + Math.Max(0, (reactions?.Acknowledged ?? 0) - (reactions?.Counted ?? 0));
        // What nobody knows may have been counted or not; what goes beyond that was counted twice.
        var surplus = Math.Max(0, visits - acknowledgedVisits - phases.Sum(phase => phase.VisitsUnknown))
            + Math.Max(0, (reactions?.Counted ?? 0) - (reactions?.Acknowledged ?? 0) - (reactions?.Unknown ?? 0));
        var report = new LoadReport(
            ScenarioDefaults.Of(settings.Scenario).Name, settings.Seed, phases.Sum(phase => phase.Seconds),
            main.Connections, phases.Sum(phase => phase.Offered), phases.Sum(phase => phase.Sent),
            phases.Sum(phase => phase.Acknowledged), check.Expected + acknowledgedVisits, check.Received + visits,
            check.Lost + missing, check.Doubled + surplus, check.OutOfOrder,
            Quantiles.Of(new[] { main.Delivery, main.Acknowledgement, main.Visit }.First(each => each.Count > 0)),
            Quantiles.Of(main.Acknowledgement), Math.Round(phases.Max(phase => phase.Cpu), 3), [])
        {
            Model = settings.Closed ? "closed" : "open",
            Deferred = phases.Sum(phase => phase.Deferred),
            Refused = phases.SelectMany(phase => phase.Refused).GroupBy(each => each.Key)
                .ToDictionary(each => each.Key, each => each.Sum(count => count.Value)),
            Disconnected = phases.Sum(phase => phase.Disconnected),
            Reloads = check.Reloads,
            CatchUpMs = Quantiles.Of(main.CatchUp),
            RoomLogReads = phases.Max(phase => phase.Server?.RoomLogReads) - before?.RoomLogReads,
            VisitMs = Quantiles.Of(main.Visit),
            SlowReaders = SlowReaders(settings, phases),
            Reactions = reactions,
            Curve = Curve(phases),
            Bottleneck = Bottleneck(settings, phases),
        };
        return report with { Thresholds = Thresholds(settings.Limits, report) };
    }

    private static List<Threshold> Thresholds(Limits limits, LoadReport report)
    {
        var thresholds = new List<Threshold>
        {
            new("lost", limits.Lost, report.Lost),
            new("doubled", limits.Doubled, report.Doubled),
            new("outOfOrder", limits.OutOfOrder, report.OutOfOrder),
            new("refused", limits.Refused, report.Refused.Values.Sum()),
        };
        Add("reloads", limits.Reloads, report.Reloads);
        Add("disconnected", limits.Disconnected, report.Disconnected);
        Add("p50", limits.P50, report.LatencyMs?.P50);
        Add("p95", limits.P95, report.LatencyMs?.P95);
        Add("p99", limits.P99, report.LatencyMs?.P99);
        Add("acknowledgementP99", limits.Acknowledgement, report.AcknowledgementMs?.P99);
        Add("catchUpMax", limits.CatchUp, report.CatchUpMs?.Max);
        Add("slowReadersRatio", limits.SlowRatio, report.SlowReaders?.Ratio);
        if (report.SlowReaders?.WaitingBytesEach is { } waiting)
            thresholds.Add(new("waitingBytesPerSlowReader", SlowReadersReport.WaitingBytesMax, waiting));
        return thresholds;

        // What was asked for but never measured has not been shown to hold.
        void Add(string name, double? limit, double? value)
        {
            if (limit is { } most)
                thresholds.Add(new(name, most, value ?? double.MaxValue));
        }
    }

    private static ReactionsReport? Reactions(IReadOnlyList<PhaseResult> phases, IReadOnlyList<EntryMessage> log)
    {
        var acknowledged = phases.Sum(phase => phase.ReactionsAcknowledged);
        var counted = log.Where(entry => entry.Kind == "reacted").Sum(entry => entry.Counts?.Values.Sum() ?? 0);
        return acknowledged == 0 && counted == 0
            ? null
            : new(
                acknowledged, phases.Sum(phase => phase.Unknown), counted,
                Math.Round(acknowledged / phases.Sum(phase => phase.Seconds), 1));
    }

    private static SlowReadersReport? SlowReaders(LoadSettings settings, IReadOnlyList<PhaseResult> phases)
    {
        if (settings.Scenario != Scenario.SlowReaders)
            return null;
        var (without, with) = (P99(phases[^3].Delivery), P99(phases[^2].Delivery));
        var (calm, slow, each) = (phases[^3].Server, phases[^2].Server, (double)settings.SlowUsers);
        return new(settings.SlowUsers, without, with, Math.Round(with / Math.Max(0.001, without), 3))
        {
            WaitingBytesEach = slow is null ? null : Math.Round(slow.WaitingBytes / each),
            ResidentGrowthEach = slow is null || calm is null
                ? null
                : Math.Round(Math.Max(0, slow.ResidentBytes - calm.ResidentBytes) / each),
        };
    }

    private static double P99(LatencyHistogram histogram) =>
        Math.Round(histogram.Quantile(0.99).TotalMilliseconds, 3);

    private static List<CurvePoint> Curve(IReadOnlyList<PhaseResult> phases)
    {
        var points = new List<CurvePoint>();
        var begin = 0.0;
        foreach (var phase in phases)
        {
            points.AddRange(phase.EachSecond.Select(second => new CurvePoint(
                begin + second.Second + 1, second.Connections, second.Acknowledged, second.Received,
                Math.Round(Latency(second).Quantile(0.5).TotalMilliseconds, 3), P99(Latency(second)),
                Math.Round(second.Cpu, 3))));
            begin += phase.Seconds;
        }

        return points;
    }

    private static LatencyHistogram Latency(SecondResult second) =>
        second.Delivery.Count > 0 ? second.Delivery : second.Acknowledgement;

    private static string? Bottleneck(LoadSettings settings, IReadOnlyList<PhaseResult> phases)
    {
        var busiest = phases.Max(phase => phase.Cpu);
        if (busiest > GeneratorCpuMax)
            return FormattableString.Invariant(
                $"its busiest worker used {busiest:P0} of the time that it can (at most {GeneratorCpuMax:P0})");
        var lag = phases.Max(phase => phase.Lag.Quantile(0.95));
        return lag.TotalMilliseconds > settings.LagMax && !settings.Closed
            ? string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"one in twenty of what it had to send was {lag.TotalMilliseconds:F0} ms late or more "
                + $"(at most {settings.LagMax} ms)")
            : null;
    }
}
