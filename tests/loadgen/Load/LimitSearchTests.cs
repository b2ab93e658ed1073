using Engage.LoadGen.Load.Conducting;

namespace Engage.LoadGen.Tests.Load;

public sealed class LimitSearchTests
{
    [Theory]
    [InlineData(10, 730)]
    [InlineData(5_000, 730)]
    [InlineData(1, 1)]
    public async Task TheLimitIsFoundFromEitherSide(double start, double capacity)
    {
        var tried = new List<double>();
        var search = new LimitSearch(value =>
        {
            tried.Add(value);
            return Task.FromResult(Report(value <= capacity));
        });

        var found = await search.FindAsync("rate", start);

        Assert.True(found.Holds);
        Assert.InRange(found.Limit!.Holds!.Value, capacity / 1.1, capacity);
        Assert.InRange(found.Limit.Breaks!.Value, capacity + 1, Math.Max(capacity * 1.1, capacity + 1));
        Assert.True(tried.Count <= 16);
    }

    [Fact]
    public async Task WhereNothingHoldsTheLastRunIsTold()
    {
        var found = await new LimitSearch(_ => Task.FromResult(Report(false))).FindAsync("users", 100);

        Assert.False(found.Holds);
        Assert.Equal(new("users", null, 1), found.Limit);
    }

    [Fact]
    public async Task ASearchEndsWhereTheGeneratorDoes()
    {
        var search = new LimitSearch(value => Task.FromResult(
            Report(true) with { Bottleneck = value > 1_000 ? "busy" : null }));

        var found = await search.FindAsync("rate", 400);

        Assert.Null(found.Bottleneck);
        Assert.Equal(new("rate", 800, null), found.Limit);
    }

    [Fact]
    public void AThresholdThatWasAskedForButNotMeasuredIsBroken()
    {
        var settings = new LoadSettings
        {
            Scenario = Scenario.Lecture, Users = 1, Rate = 1, Seconds = 1, Limits = new() { CatchUp = 100, P99 = 50 },
        };

        var report = LoadSummary.Of(settings, [Phase(cpu: 0.2)], new(5, 5, 0, 0, 0, 0, 0, 0), [], 0);

        Assert.False(report.Holds);
        Assert.Equal(
            ["catchUpMax"],
            report.Thresholds.Where(threshold => !threshold.Holds).Select(threshold => threshold.Name));
        Assert.Null(report.Bottleneck);
    }

    [Fact]
    public void ABusyGeneratorOwnsUp()
    {
        var settings = new LoadSettings
        {
            Scenario = Scenario.Lecture, Users = 1, Rate = 1, Seconds = 1, Limits = new(),
        };

        var report = LoadSummary.Of(settings, [Phase(cpu: 0.9)], new(5, 5, 0, 0, 0, 0, 0, 0), [], 0);

        Assert.Contains("90", report.Bottleneck, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256 * 1024, true)]
    [InlineData((256 * 1024) + 1, false)]
    public void WhatWaitsForASlowReaderHasABound(long waitingEach, bool holds)
    {
        var settings = new LoadSettings
        {
            Scenario = Scenario.SlowReaders, Users = 200, Rate = 1, Seconds = 1, Limits = new(),
        };
        var calm = Phase(cpu: 0.2) with { Server = new(3, 0, 1_000) };
        var slow = Phase(cpu: 0.2) with { Server = new(4, 2 * waitingEach, 5_000) };

        var report = LoadSummary.Of(
            settings, [calm, slow, calm], new(5, 5, 0, 0, 0, 0, 0, 0), [], 0, before: new(3, 0, 500));

        Assert.Equal(holds, report.Holds);
        Assert.Equal(waitingEach, report.SlowReaders!.WaitingBytesEach);
        Assert.Equal(2_000, report.SlowReaders.ResidentGrowthEach);
        Assert.Equal(1, report.RoomLogReads);
    }

    [Fact]
    public void AMetricIsSummedOverItsLabelSetsAndNotOverItsNamesakes()
    {
        const string Text = "# TYPE engage_reads_total counter\nengage_reads_total{a=\"x y\"} 2\nengage_reads_total 3\n"
            + "engage_reads_total_failed 7\n";

        Assert.Equal(5, ServerWatch.Sum(Text, "engage_reads_total"));
        Assert.Equal(0, ServerWatch.Sum(Text, "engage_reads"));
    }

    private static PhaseResult Phase(double cpu)
    {
        var delivery = new Measure.LatencyHistogram();
        delivery.Record(TimeSpan.FromMilliseconds(12));
        return new(
            1, 1, 0, 0, 5, 5, 5, 0, 0, 0, 0, 0, 5, 0, new Dictionary<string, long>(), cpu, 5, null)
        {
            Delivery = delivery, Acknowledgement = new(), Lag = new(), CatchUp = new(), Visit = new(), EachSecond = [],
        };
    }

    private static LoadReport Report(bool holds) =>
        new("lecture", 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, null, null, 0.1, [new("p99", 1, holds ? 1 : 2)])
        {
            Model = "open",
        };
}
