using System.Text.Json;

namespace Engage.Bench.Tests;

/// <summary>
/// The benchmark of actors runs, and what must hold on any machine holds: bytes do not depend on its speed.
/// </summary>
public sealed class ActorsTests
{
    [Fact]
    public async Task CallsAndIdleActorsAreReportedBesideTheHandWrittenOnes()
    {
        var report = await BenchProgram.RunAsync("actors", "--smoke");

        Assert.Equal("actors", report.GetProperty("bench").GetString());
        var rows = report.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(5, rows.Count(row => Unit(row) == "calls/s"));
        Assert.Equal(3, rows.Count(row => Unit(row) == "activations/s"));
        Assert.All(
            rows.Where(row => Unit(row) == "calls/s"),
            row => Assert.True(row.GetProperty("ratios").GetProperty("channel actor").GetDouble() > 0));
        Assert.All(
            rows.Where(row => Unit(row) == "heap bytes each"), row => Assert.True(Median(row) > 0, row.GetRawText()));
    }

    private static string Unit(JsonElement row) => row.GetProperty("unit").GetString()!;

    private static double Median(JsonElement row) => row.GetProperty("ours").GetProperty("median").GetDouble();
}
