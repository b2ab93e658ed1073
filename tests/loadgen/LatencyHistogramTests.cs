using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Tests;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    [InlineData(1.0)]
    public void QuantileIsWithinHalfAPercentOfTheSortedValues(double quantile)
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var values = Enumerable.Range(0, 10_000)
            .Select(_ => TimeSpan.FromMicroseconds(Math.Pow(10, random.NextDouble() * 8))).Order().ToArray();
        var exact = values[Math.Max(0, (int)Math.Ceiling(quantile * values.Length) - 1)];

        foreach (var value in values)
            histogram.Record(value);

        var error = (histogram.Quantile(quantile) - exact) / exact;
        // A TimeSpan itself counts in steps of 100 ns.
        Assert.InRange(Math.Abs(error), 0, 0.005 + (100 / exact.TotalNanoseconds));
        Assert.Equal(values.Length, histogram.Count);
    }

    [Fact]
    public void EmptyHistogramReadsZero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Quantile(0.99));

    [Fact]
    public void DurationsOutsideTheRangeCountAtItsEnds()
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.Zero, histogram.Quantile(0));
        Assert.InRange(histogram.Quantile(1), TimeSpan.FromMinutes(70), TimeSpan.FromMinutes(74));
    }

    [Fact]
    public void AddedHistogramsReadAsOne()
    {
        var first = new LatencyHistogram();
        var second = new LatencyHistogram();
        for (var i = 0; i < 99; i++)
            first.Record(TimeSpan.FromMilliseconds(1));
        second.Record(TimeSpan.FromMilliseconds(100));

        first.Add(second);

        Assert.Equal(100, first.Count);
        Assert.InRange(first.Quantile(0.99).TotalMilliseconds, 0.99, 1.01);
        Assert.InRange(first.Quantile(1).TotalMilliseconds, 99, 101);
    }

    [Fact]
    public void NoQuantileIsBeyondWhatWasRecorded()
    {
        var histogram = new LatencyHistogram();
        histogram.RecordNanoseconds(1 << 20);

        var p99 = histogram.Quantile(0.99);

        Assert.Equal(histogram.Max, p99);
    }
}
