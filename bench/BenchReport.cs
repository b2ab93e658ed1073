using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Bench;

/// <summary>The least, middle and greatest of several measurements, in the row's unit.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}

/// <param name="Peers">What the figure is to be seen beside, measured in the same run.</param>
internal sealed record BenchRow(string Name, string Unit, Spread Ours, IReadOnlyDictionary<string, Spread> Peers)
{
    /// <summary>Our median over each peer's.</summary>
    public IReadOnlyDictionary<string, double> Ratios =>
        Peers.ToDictionary(peer => peer.Key, peer => Ours.Median / peer.Value.Median);

    /// <summary>What a reader must know to judge the row, e.g. the peer's library, or why a peer is absent.</summary>
    public string? Note { get; init; }
}

/// <summary>What every benchmark writes with <c>--json</c>.</summary>
internal sealed record BenchReport(string Bench, string Commit, string Machine, int Runs, IReadOnlyList<BenchRow> Rows)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static BenchReport Create(string bench, int runs, IReadOnlyList<BenchRow> rows) =>
        new(bench, CommitOfSources(), DescribeMachine(), runs, rows);

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    private static string DescribeMachine() =>
        $"{Environment.ProcessorCount} x {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.OSDescription}, "
        + RuntimeInformation.FrameworkDescription;

    private static string CommitOfSources()
    {
        var git = new ProcessStartInfo("git", ["-C", AppContext.BaseDirectory, "rev-parse", "--short", "HEAD"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(git)!;
            var commit = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return commit.Length > 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
