using System.Text.Json;
using Engage.Evaluation;
using Engage.LoadGen.Measure;
using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Replay;

/// <summary>Quantiles of a latency in milliseconds.</summary>
public sealed record LatencyReport(double P50, double P95, double P99)
{
    public static LatencyReport Of(LatencyHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        double Read(double quantile) => Math.Round(histogram.Quantile(quantile).TotalMilliseconds, 3);
        return new(Read(0.50), Read(0.95), Read(0.99));
    }
}

/// <summary>Ranking metrics over lists of ten: an item below the tenth place adds nothing to any of them.</summary>
public sealed record RankingReport(double Hr10, double Ndcg10, double Mrr);

/// <summary>Result of a replay, as its JSON has it.</summary>
/// <param name="Events">Events of the file that were replayed.</param>
/// <param name="Accepted">Events that the server acknowledged as durable.</param>
/// <param name="Lost">Acknowledged events that some actor did not count.</param>
/// <param name="Doubled">Events that some actor counted once too often.</param>
/// <param name="Rejected">Events that the server refused.</param>
/// <param name="Stale">Answers that did not yet count the user's own last event.</param>
/// <param name="Seconds">Time from the first question to the last acknowledgement.</param>
/// <param name="AckMs">From sending an event to its acknowledgement, retries included.</param>
/// <param name="RecommendMs">From asking to the answer, retries included.</param>
public sealed record ReplayReport(
    string File, int Events, long Accepted, long Lost, long Doubled, long Rejected, long Stale, double Seconds,
    double EventsPerSecond, double Hr10, double Ndcg10, double Mrr, LatencyReport AckMs, LatencyReport RecommendMs,
    RankingReport RecentPopularity)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Whether every event is where it belongs, once.</summary>
    public bool Complete => Lost == 0 && Doubled == 0 && Rejected == 0 && Accepted == Events;

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Puts a report together.</summary>
    internal static ReplayReport Of(
        ReplaySettings settings, int events, ServedRecommender served, Reconciliation counted, TimeSpan duration,
        IReadOnlyList<MetricRow> rows)
    {
        RankingReport Metrics(string model) => rows.Where(r => r.Model == model && r.Slice == PrequentialLoop.SliceAll)
            .Select(r => new RankingReport(Round(r.Hr10), Round(r.Ndcg10), Round(r.Mrr))).Single();
        var ours = Metrics(ServedRecommender.Model);
        return new(
            Path.GetFileName(settings.File), events, served.Acknowledged, counted.Lost, counted.Doubled,
            served.Rejected, served.Stale,
            Math.Round(duration.TotalSeconds, 3), Math.Round(events / duration.TotalSeconds, 1),
            ours.Hr10, ours.Ndcg10, ours.Mrr,
            LatencyReport.Of(served.AckLatency), LatencyReport.Of(served.RecommendLatency),
            Metrics(ServedRecommender.BaselineModel));
    }

    private static double Round(double metric) => Math.Round(metric, 5);
}
