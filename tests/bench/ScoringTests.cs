using System.Text.Json;

namespace Engage.Bench.Tests;

/// <summary>
/// The benchmark of scoring runs; where PyTorch is installed, it also sees that both sides compute the same.
/// </summary>
public sealed class ScoringTests
{
    [Fact]
    public async Task ForwardPassAndTrainingStepAreReportedBesideThePeerOrWhyItIsAbsent()
    {
        var report = await BenchProgram.RunAsync("scoring", "--smoke");

        Assert.Equal("scoring", report.GetProperty("bench").GetString());
        var rows = report.GetProperty("rows").EnumerateArray().ToArray();
        foreach (var network in (string[])["mlp 64-128-64-1", "ranker"])
        {
            foreach (var batch in (int[])[1, 32, 256, 2048])
            {
                AssertBesidePeer(Row(rows, $"forward {network}, batch {batch}", "examples/s"));
                Assert.True(Median(Row(rows, $"backend {network}, batch {batch}", "µs/batch")) > 0);
                Assert.InRange(Median(Row(rows, $"forward {network}, batch {batch}", "% of FMA peak")), 0, 110);
            }

            foreach (var batch in (int[])[1, 32, 256])
                AssertBesidePeer(Row(rows, $"training step {network}, batch {batch}", "steps/s"));
        }

        Assert.True(Median(Row(rows, "bytes allocated by the ranking kernel, batch 32", "bytes/request")) >= 0);
        Assert.True(
            Median(Row(rows, "bytes allocated by the process, through the scoring grain", "bytes/request")) > 0);
    }

    private static void AssertBesidePeer(JsonElement row)
    {
        Assert.True(Median(row) > 0, row.GetRawText());
        var note = row.GetProperty("note").GetString()!;
        if (row.GetProperty("ratios").TryGetProperty("torch fastest", out var ratio))
            Assert.True(ratio.GetDouble() > 0 && note.Contains("1 thread", StringComparison.Ordinal), note);
        else
            Assert.Contains("apt-get install python3-torch libopenblas0-openmp", note, StringComparison.Ordinal);
    }

    private static JsonElement Row(JsonElement[] rows, string name, string unit) => Assert.Single(
        rows, row => row.GetProperty("name").GetString() == name && row.GetProperty("unit").GetString() == unit);

    private static double Median(JsonElement row) => row.GetProperty("ours").GetProperty("median").GetDouble();
}
