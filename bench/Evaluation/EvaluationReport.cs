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

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>What one run found.</summary>
internal sealed record EvaluationResult(
    IReadOnlyList<MetricRow> Rows, IReadOnlyList<Curve> Curves, ClassificationResult? Classification,
    OutlookProgress? Outlook, int RatingsLeftOut);
