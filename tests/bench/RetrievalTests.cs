using System.Text.Json;

namespace Engage.Bench.Tests;

/// <summary>
/// The benchmark of retrieval runs; where PyTorch is installed, it also sees that both sides find the same.
/// </summary>
public sealed class RetrievalTests
{
    [Fact]
    public async Task ExactSearchIsReportedWithItsSharesBesideThePeerOrWhyItIsAbsent()
    {
        var report = await BenchProgram.RunAsync("retrieval", "--smoke");

        Assert.Equal("retrieval", report.GetProperty("bench").GetString());
        var rows = report.GetProperty("rows").EnumerateArray().ToArray();
        var rate = Row(rows, "users/s");
        Assert.True(Median(rate) > 0);
        Assert.True(
            rate.GetProperty("ratios").TryGetProperty("torch fastest", out _)
            || rate.GetProperty("note").GetString()!.Contains("apt-get install", StringComparison.Ordinal));
        Assert.InRange(Median(Row(rows, "% of FMA peak")), 0, 110);
        Assert.True(Median(Row(rows, "% of memory bandwidth")) > 0);
    }

    private static JsonElement Row(JsonElement[] rows, string unit) => rows.First(row =>
        row.GetProperty("name").GetString() == "top 100 of 2,000, batch 64"
        && row.GetProperty("unit").GetString() == unit);

    private static double Median(JsonElement row) => row.GetProperty("ours").GetProperty("median").GetDouble();
}
