using System.Text.Json;
using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench;

/// <summary>What `evaluate --json` writes.</summary>
internal sealed record EvaluationReport(
    string File, int Events, ulong Seed, RecommenderOptions Settings, double Seconds, IReadOnlyList<MetricRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
