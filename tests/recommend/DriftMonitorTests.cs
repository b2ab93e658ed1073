using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class DriftMonitorTests
{
    private readonly OnlineOptions _options = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AStreamWithoutDriftRaisesNoAlarm(int seed)
    {
        var (random, monitor) = (new SeededRandom((ulong)seed), new DriftMonitor(_options));

        for (var i = 0; i < 50_000; i++)
            monitor.Add(3 + random.NextNormal());

        Assert.Equal(0, monitor.Drifts);
        Assert.Equal(1, monitor.RateScale);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ALastingRiseIsADriftAndRaisesTheRateForAWhile(int seed)
    {
        var (random, monitor) = (new SeededRandom((ulong)seed), new DriftMonitor(_options));
        for (var i = 0; i < 5_000; i++)
            monitor.Add(3 + random.NextNormal());

        var found = Enumerable.Range(0, 500).First(_ => monitor.Add(4 + random.NextNormal()));
        var raised = monitor.RateScale;
        for (var i = 0; i < _options.DriftExamples; i++)
            monitor.Add(4 + random.NextNormal());

        Assert.InRange(found, 10, 400);
        Assert.Equal((_options.DriftRateBoost, 1f), (raised, monitor.RateScale));
        Assert.Equal((1, false), (monitor.Drifts, monitor.IsDrifting));
    }

    [Fact]
    public void AFallOfTheLossAndASingleWildExampleAreNone()
    {
        var (random, monitor) = (new SeededRandom(4), new DriftMonitor(_options));
        for (var i = 0; i < 2_000; i++)
            monitor.Add(3 + random.NextNormal());

        monitor.Add(1e9);
        monitor.Add(double.NaN);
        for (var i = 0; i < 2_000; i++)
            monitor.Add(1 + (0.1 * random.NextNormal()));

        Assert.Equal(0, monitor.Drifts);
    }
}
