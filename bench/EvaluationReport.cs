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

    /// <summary>Writes to a file, or to standard output when <paramref name="target"/> is -.</summary>
    public static async Task WriteAsync(string target, EvaluationReport report, CancellationToken cancellation)
    {
        var text = JsonSerializer.Serialize(report, Json);
        if (target == "-")
            await Console.Out.WriteLineAsync(text.AsMemory(), cancellation).ConfigureAwait(false);
        else
            await System.IO.File.WriteAllTextAsync(target, text, cancellation).ConfigureAwait(false);
    }
}
