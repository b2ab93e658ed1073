using System.Globalization;
using System.Text.Json;
using Engage.Postgres;

namespace Engage.Bench.Tests;

/// <summary>Every benchmark runs here for a moment, so that none can rot.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task FreshnessReportsItsRowsBesideThePeer()
    {
        var report = await BenchProgram.RunAsync("freshness", "--smoke");

        Assert.Equal("freshness", report.GetProperty("bench").GetString());
        var row = report.GetProperty("rows").EnumerateArray().First();
        Assert.Equal("event to push", row.GetProperty("name").GetString());
        Assert.True(row.GetProperty("ours").GetProperty("median").GetDouble() > 0);
        Assert.True(row.GetProperty("ratios").GetProperty("no-op hub call").GetDouble() > 0);
        var names = report.GetProperty("rows").EnumerateArray().ToDictionary(
            each => each.GetProperty("name").GetString()!,
            each => each.GetProperty("ours").GetProperty("median").GetDouble());
        Assert.True(names["event to updated weights in scoring, 500 contents, p99"] > 0);
        Assert.True(names["scoring while the model trains, 500 contents, p99"] > 0);
    }

    [Fact]
    public async Task JournalReportsEveryDatabaseBesideItsPeers()
    {
        var report = await BenchProgram.RunAsync("journal", "--smoke");

        var rows = report.GetProperty("rows").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!);
        Assert.Equal("journal", report.GetProperty("bench").GetString());
        foreach (var database in PostgresBinaries.Missing is null ? ["sqlite", "postgres"] : new[] { "sqlite" })
        {
            var row = rows[$"{database}, 256 appenders"];
            Assert.Equal("events/s", row.GetProperty("unit").GetString());
            Assert.True(row.GetProperty("ours").GetProperty("median").GetDouble() > 0);
            Assert.True(row.GetProperty("ratios").GetProperty("autocommit").GetDouble() > 0);
            Assert.True(row.GetProperty("ratios").GetProperty("fileAndFsync").GetDouble() > 0);
            Assert.Equal(database == "postgres", row.GetProperty("ratios").TryGetProperty("copy", out _));
            var latency = rows[$"{database}, 1 appender, ack p99"];
            Assert.True(latency.GetProperty("ours").GetProperty("min").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task OrdersReportsEveryDatabaseBesideTheSameInsertsByHand()
    {
        var report = await BenchProgram.RunAsync("orders", "--smoke");

        var rows = report.GetProperty("rows").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!);
        Assert.Equal("orders", report.GetProperty("bench").GetString());
        foreach (var database in PostgresBinaries.Missing is null ? ["sqlite", "postgres"] : new[] { "sqlite" })
        {
            var row = rows[$"{database}, 64 callers"];
            Assert.Equal("orders/s", row.GetProperty("unit").GetString());
            Assert.True(row.GetProperty("ours").GetProperty("median").GetDouble() > 0);
            Assert.True(row.GetProperty("ratios").GetProperty("byHand").GetDouble() > 0);
            Assert.True(row.GetProperty("ratios").GetProperty("byHandConcurrent").GetDouble() > 0);
            Assert.False(rows[$"{database}, 1 caller"].GetProperty("peers").TryGetProperty("byHandConcurrent", out _));
            Assert.True(rows[$"{database}, 64 callers, group"].GetProperty("ours").GetProperty("max").GetDouble() >= 8);
        }
    }

    [Fact]
    public async Task EvaluateReportsTheServedModelBesideTheRulesAndRepeatsItself()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, SmallStream());

            var first = await BenchProgram.RunAsync("evaluate", file, "--seed", "7");
            var second = await BenchProgram.RunAsync("evaluate", file, "--seed", "7");

            Assert.Equal(600, first.GetProperty("events").GetInt32());
            var served = Row(first, "served");
            Assert.Equal(served.GetProperty("n").GetInt32(), Row(first, "ranker alone").GetProperty("n").GetInt32());
            Assert.Equal(0, Satisfaction(first).GetProperty("examples").GetInt32());
            Assert.Equal(0, first.GetProperty("ratingsLeftOut").GetInt32());
            Assert.InRange(served.GetProperty("hr10").GetDouble(), 0.05, 1);
            Assert.Equal(served.GetRawText(), Row(second, "served").GetRawText());
            Assert.True(Row(first, "recent popularity").GetProperty("n").GetInt32() > 0);
            Assert.InRange(served.GetProperty("coverage10").GetDouble(), 0.01, 1);
            Assert.Equal(0, Row(first, "updated every 1,000 events").GetProperty("hr10").GetDouble());
            var frozen = Row(first, "frozen at 80%", "last 20%");
            Assert.True(frozen.GetProperty("n").GetInt32() > 0);
            Assert.Equal(
                Row(first, "served", "last 20%").GetProperty("hr10").GetDouble()
                    / frozen.GetProperty("hr10").GetDouble(),
                1 + first.GetProperty("liveOverFrozen").GetProperty("hr10").GetDouble(), 9);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task EvaluateCountsEngagementsWithItemsThatTheModelDoesNotKnow()
    {
        var file = Path.GetTempFileName();
        try
        {
            // Every item of the last fifth is new: there is no evidence for any of them.
            var lines = Enumerable.Range(0, 100).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"u{i % 30}\ti{(i < 80 ? i % 20 : i)}\t{i % 10}\t{1_000_000 + i}"));
            await File.WriteAllTextAsync(
                file, "user_id\titem_id\trating\ttimestamp\n" + string.Join('\n', lines) + "\n");

            var report = await BenchProgram.RunAsync("evaluate", file);

            var pairs = report.GetProperty("classification");
            Assert.Equal(20, pairs.GetProperty("pairs").GetInt32());
            Assert.Equal(20, pairs.GetProperty("unknown").GetInt32());
            Assert.Equal(0, pairs.GetProperty("recall").GetDouble());
            Assert.Equal(100, Satisfaction(report).GetProperty("examples").GetInt32());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task EvaluateCountsARatingOffTheScaleOnce()
    {
        var file = Path.GetTempFileName();
        try
        {
            // The scale is that of the first thousand.
            var lines = Enumerable.Range(0, 1_010).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"u{i % 7}\ti{i % 11}\t{(i == 1_005 ? 90 : i % 10)}\t{1_000_000 + i}"));
            await File.WriteAllTextAsync(
                file, "user_id\titem_id\trating\ttimestamp\n" + string.Join('\n', lines) + "\n");

            var report = await BenchProgram.RunAsync("evaluate", file);

            Assert.Equal(1, report.GetProperty("ratingsLeftOut").GetInt32());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("no columns here\n", "no column 'user_id'")]
    [InlineData("", "empty")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t1\n", "no model is called so", "--only", "nobody")]
    [InlineData(
        "user_id\titem_id\ttimestamp\nu\ti\t1\n", "Recommender:TowerRate is -1; it must be", "--set", "towerRate=-1")]
    [InlineData("user_id\titem_id\ttimestamp\n", "No events")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t5\n", "--set foo=1", "--set", "foo=1")]
    [InlineData("user_id\titem_id\ttimestamp\nu\ti\t5\n", "/nonexist/x", "--json", "/nonexist/x")]
    public async Task EvaluateTellsUnusableInputInOneLine(string text, string reason, params string[] more)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);

            var (code, output, errors) = await BenchProgram.TryRunAsync(["evaluate", file, .. more]);

            Assert.Equal((2, ""), (code, output));
            Assert.Contains(reason, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task EvaluateRefusesALimitBelowOne()
    {
        var (code, _, errors) = await BenchProgram.TryRunAsync("evaluate", "any", "--limit", "0");

        Assert.NotEqual(0, code);
        Assert.Contains("--limit 0", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateWritesAPageWithCurvesAndEveryModel()
    {
        var (stream, page) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(stream, SmallStream());

            var report = await BenchProgram.RunAsync("evaluate", stream, "--html", page, "--only", "popularity");

            var html = await File.ReadAllTextAsync(page);
            Assert.Equal(2, html.Split("<path fill=\"none\" stroke=\"#0072b2\"").Length - 1);
            Assert.Contains("<td>recent popularity</td>", html, StringComparison.Ordinal);
            Assert.Equal(2, report.GetProperty("curves").GetArrayLength());
        }
        finally
        {
            File.Delete(stream);
            File.Delete(page);
        }
    }

    private static JsonElement Row(JsonElement report, string model, string slice = "all") =>
        report.GetProperty("rows").EnumerateArray().Single(row =>
            row.GetProperty("model").GetString() == model && row.GetProperty("slice").GetString() == slice);

    private static JsonElement Satisfaction(JsonElement report) =>
        report.GetProperty("outlook").GetProperty("satisfaction");

    /// <summary>Two camps of users, each with items of its own.</summary>
    private static string SmallStream()
    {
        var random = new Random(7);
        var lines = Enumerable.Range(0, 600).Select(i =>
        {
            var user = random.Next(40);
            var item = (random.Next(40) * 2) + (user % 2);
            return string.Create(CultureInfo.InvariantCulture, $"u{user}\ti{item}\t1\t{1_000_000 + (i * 60)}");
        });
        return "user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + string.Join('\n', lines) + "\n";
    }
}
