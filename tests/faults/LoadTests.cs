using System.Diagnostics;
using System.Text.Json;
using Engage.LoadGen.Load;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Servers;

namespace Engage.Faults.Tests;

/// <summary>The load program as a script would run it, against a real server.</summary>
public sealed class LoadTests : IDisposable
{
    private readonly string _page = Path.GetTempFileName();

    public void Dispose() => File.Delete(_page);

    [Theory]
    [InlineData("lecture")]
    [InlineData("storm")]
    [InlineData("churn")]
    [InlineData("slow-readers")]
    [InlineData("mixed")]
    public async Task NothingIsLostOrDoubledAndTheReportSaysSo(string scenario)
    {
        var (code, json, errors) = await RunAsync(
            scenario, "--users", "20", "--rate", "20", "--seconds", "3", "--workers", "2", "--share", "0.2",
            "--html", _page, "--peer", "none");

        Assert.True(code == 0, errors);
        var report = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.Equal(scenario, report.GetProperty("scenario").GetString());
        foreach (var count in new[] { "lost", "doubled", "outOfOrder" })
            Assert.Equal(0, report.GetProperty(count).GetInt64());
        Assert.True(report.GetProperty("received").GetInt64() > 100);
        Assert.Equal(report.GetProperty("expected").GetInt64(), report.GetProperty("received").GetInt64());
        Assert.True(report.GetProperty("latencyMs").GetProperty("p99").GetDouble() > 0);
        Assert.True(report.GetProperty("generatorCpu").GetDouble() > 0);
        Assert.Contains("<path fill=\"none\" stroke=\"#0072b2\"", await File.ReadAllTextAsync(_page));
        Assert.Equal(scenario == "storm", report.TryGetProperty("catchUpMs", out _));
        Assert.Equal(scenario == "slow-readers", report.TryGetProperty("slowReaders", out _));
        // Whoever comes back is served from the room's recent window.
        Assert.InRange(report.GetProperty("roomLogReads").GetInt64(), 0, 1);
    }

    [Fact]
    public async Task EveryReactionIsCountedOnce()
    {
        var (code, json, errors) = await RunAsync("reactions", "--users", "20", "--rate", "200", "--seconds", "3");

        Assert.True(code == 0, errors);
        var reactions = JsonSerializer.Deserialize<JsonElement>(json).GetProperty("reactions");
        Assert.True(reactions.GetProperty("acknowledged").GetInt64() > 400);
        Assert.Equal(
            reactions.GetProperty("acknowledged").GetInt64(), reactions.GetProperty("counted").GetInt64());
        Assert.True(reactions.GetProperty("perSecond").GetDouble() > 100);
    }

    [Fact]
    public async Task EveryVisitIsCountedOnce()
    {
        var (code, json, errors) = await RunAsync("browse", "--users", "10", "--rate", "20", "--seconds", "3");

        Assert.True(code == 0, errors);
        var report = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.True(report.GetProperty("received").GetInt64() > 30);
        Assert.Equal(report.GetProperty("expected").GetInt64(), report.GetProperty("received").GetInt64());
    }

    [Fact]
    public async Task ABrokenThresholdIsTheExitCode()
    {
        var (code, json, _) = await RunAsync(
            "lecture", "--users", "5", "--rate", "20", "--seconds", "2", "--max-p99", "0.001", "--model", "closed");

        Assert.Equal(1, code);
        var report = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.Equal("closed", report.GetProperty("model").GetString());
        Assert.Contains(report.GetProperty("thresholds").EnumerateArray(), threshold =>
            threshold.GetProperty("name").GetString() == "p99" && !threshold.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task AGeneratorAtItsEndSaysSoAndGivesNoFigures()
    {
        var (code, json, errors) = await RunAsync(
            "reactions", "--users", "5", "--rate", "50", "--seconds", "2", "--max-lag", "0.001");

        Assert.Equal(LoadCommand.GeneratorBound, code);
        Assert.Empty(json);
        Assert.Contains("the load generator itself was at its end", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--users 0", "--users 0: expected 1 to 100,000")]
    [InlineData("--server http://localhost:1 --signing-key nowhere.pem --client-id a --client-secret b", "nowhere.pem")]
    [InlineData("--timings Engage.LoadGen.dll", "Engage.LoadGen.dll")]
    public async Task UnusableInputIsNamed(string options, string expected)
    {
        var (code, _, errors) = await RunAsync(["lecture", .. options.Split(' ')]);

        Assert.Equal(2, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Json, string Errors)> RunAsync(params string[] arguments)
    {
        var program = typeof(LoadCommand).Assembly.Location;
        // A machine that runs all tests at once makes every schedule late; that is another test's subject.
        string[] patient = arguments.Contains("--max-lag") ? [] : ["--max-lag", "60000"];
        var start = new ProcessStartInfo("dotnet", [program, "load", .. arguments, "--json", "-", .. patient])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [ServerProcess.PathVariable] = ServerProcess.FindAssembly() ?? "" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, json, await errors);
    }
}
