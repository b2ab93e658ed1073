namespace Engage.Bench.Tests;

public sealed class ConnectionsTests
{
    [Fact]
    public async Task MemoryPerIdleConnectionIsReportedBesideBareSignalR()
    {
        var report = await BenchProgram.RunAsync("connections", "--smoke", "--without", "socketio", "ws");

        var row = report.GetProperty("rows").EnumerateArray().Single();
        Assert.Equal("connections", report.GetProperty("bench").GetString());
        Assert.Equal("RSS per idle connection at 50 connections", row.GetProperty("name").GetString());
        Assert.Equal("bytes", row.GetProperty("unit").GetString());
        Assert.True(row.GetProperty("ours").TryGetProperty("median", out _));
        Assert.True(row.GetProperty("peers").TryGetProperty("bare SignalR", out _));
    }
}
