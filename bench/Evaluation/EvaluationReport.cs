using System.Text.Json;
using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>What `evaluate --json` writes.</summary>
/// <param name="Outlook">What the served model foresaw of what users do next, before it learned it.</param>
/// <param name="RatingsLeftOut">Ratings that were not on the scale of the first ones.</param>
internal sealed record EvaluationReport(
    string File, int Events, ulong Seed, RecommenderOptions Settings, double Seconds, IReadOnlyList<MetricRow> Rows,
    IReadOnlyList<Curve> Curves, ClassificationResult? Classification, OutlookProgress? Outlook,
    int RatingsLeftOut)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>What live learning is worth on the last fifth; null when not both were run.</summary>
    public LearningWorth? LiveOverFrozen { get; } = LearningWorth.Of(Rows);

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>The served model against its own copy frozen at 80%, on the last fifth.</summary>
/// <param name="Hr10">Live / frozen - 1; null where the frozen one found nothing.</param>
/// <param name="Ndcg10">The same of NDCG@10.</param>
internal sealed record LearningWorth(double? Hr10, double? Ndcg10)
{
    public static LearningWorth? Of(IReadOnlyList<MetricRow> rows)
    {
        var last = rows.Where(row => row.Slice == PrequentialLoop.SliceLastFifth).ToArray();
        return Array.Find(last, row => row.Model == EvaluationRun.Served) is { } live
            && Array.Find(last, row => row.Model == EvaluationRun.Frozen) is { } frozen
            ? new(Gain(live.Hr10, frozen.Hr10), Gain(live.Ndcg10, frozen.Ndcg10))
            : null;
    }

    /// <summary>One gain for people, e.g. "+12.3%".</summary>
    public static string Text(double? gain) =>
        gain is { } share ? FormattableString.Invariant($"{100 * share:+0.0;-0.0;0.0}%") : "none to compare";

    private static double? Gain(double live, double frozen) => frozen > 0 ? (live / frozen) - 1 : null;
}

/// <summary>What one run found.</summary>
internal sealed record EvaluationResult(
    IReadOnlyList<MetricRow> Rows, IReadOnlyList<Curve> Curves, ClassificationResult? Classification,
    OutlookProgress? Outlook, int RatingsLeftOut);
