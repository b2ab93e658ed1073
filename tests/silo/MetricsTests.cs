using System.Diagnostics.Metrics;
using Engage.Silo.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Silo.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly ServiceProvider _host = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterReader _reader;
    private readonly Meter _meter;

    public MetricsTests()
    {
        var factory = _host.GetRequiredService<IMeterFactory>();
        _reader = new(factory, ["Engage.*"], seriesMax: 3);
        _meter = factory.Create("Engage.Tests");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void CounterAddsUpUnderItsFullName()
    {
        var counter = _meter.CreateCounter<long>("engage.test.bytes.sent", "By", "What went out.");
        counter.Add(5);
        counter.Add(7);

        var text = _reader.Scrape();

        Assert.StartsWith(
            """
            # HELP engage_test_bytes_sent_bytes_total What went out.
            # TYPE engage_test_bytes_sent_bytes_total counter
            engage_test_bytes_sent_bytes_total 12

            """, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engage.commit.duration", "s", "engage_commit_duration_seconds")]
    [InlineData("engage.wait.seconds", "s", "engage_wait_seconds")]
    [InlineData("engage.queue.rows", "{row}", "engage_queue_rows")]
    [InlineData("engage-activations", null, "engage_activations")]
    [InlineData("9.lives", "1", "_9_lives")]
    [InlineData("engage.cpu", "km/h", "engage_cpu_km_h")]
    public void GaugeIsNamedWithItsUnit(string name, string? unit, string expected)
    {
        _meter.CreateGauge<double>(name, unit).Record(0.5);

        var text = _reader.Scrape();

        Assert.Contains($"\n{expected} 0.5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsAreSortedAndEscaped()
    {
        var counter = _meter.CreateCounter<int>("engage.calls");
        counter.Add(1, new("url.path", "C:\\\"x\"\n"), new("http.status", 200), new("ok", true));
        counter.Add(1, new("ok", true), new("http.status", 200), new("url.path", "C:\\\"x\"\n"));

        var text = _reader.Scrape();

        const string expected = """engage_calls_total{http_status="200",ok="true",url_path="C:\\\"x\"\n"} 2""";
        Assert.Contains(expected + "\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void HistogramCountsEachMeasurementInEveryBucketThatHoldsIt()
    {
        var histogram = _meter.CreateHistogram<double>(
            "engage.ack", "s", null, null, new() { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in new[] { 0.1, 0.5, 7 })
            histogram.Record(seconds, new KeyValuePair<string, object?>("door", "http"));

        var text = _reader.Scrape();

        Assert.Contains(
            """
            # TYPE engage_ack_seconds histogram
            engage_ack_seconds_bucket{door="http",le="0.1"} 1
            engage_ack_seconds_bucket{door="http",le="1"} 2
            engage_ack_seconds_bucket{door="http",le="+Inf"} 3
            engage_ack_seconds_sum{door="http"} 7.6
            engage_ack_seconds_count{door="http"} 3

            """, text, StringComparison.Ordinal);
    }

    [Fact]
    public void ObservedSeriesThatIsNoLongerNamedIsGone()
    {
        var rooms = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("engage.rooms", () =>
            rooms.Select(room => new Measurement<int>(1, new KeyValuePair<string, object?>("room", room))));
        var before = _reader.Scrape();

        rooms.Remove("a");
        var after = _reader.Scrape();

        Assert.Contains("engage_rooms{room=\"a\"} 1", before, StringComparison.Ordinal);
        Assert.DoesNotContain("room=\"a\"", after, StringComparison.Ordinal);
        Assert.Contains("engage_rooms{room=\"b\"} 1", after, StringComparison.Ordinal);
    }

    [Fact]
    public void ObservedCounterIsNotAddedToItself()
    {
        _meter.CreateObservableCounter("engage.uptime", () => 42L, "s");
        _reader.Scrape();

        var text = _reader.Scrape();

        Assert.Contains("\nengage_uptime_seconds_total 42\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SeriesBeyondTheBoundAreCountedAsDropped()
    {
        var counter = _meter.CreateCounter<int>("engage.users");
        for (var user = 0; user < 10; user++)
            counter.Add(1, new KeyValuePair<string, object?>("user", user));
        counter.Add(1, new KeyValuePair<string, object?>("user", new string('x', 5_000)));

        var text = _reader.Scrape();

        var series = text.Split('\n').Count(line => line.StartsWith("engage_users_total{", StringComparison.Ordinal));
        Assert.Equal(3, series);
        Assert.Contains("\nengage_metrics_dropped_series_total 8\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ObservationThatFailsDoesNotHideTheOthers()
    {
        Func<int> broken = () => throw new InvalidOperationException("no disk");
        _meter.CreateObservableGauge("engage.broken", broken);
        _meter.CreateObservableGauge("engage.whole", () => 1);

        var text = _reader.Scrape();

        Assert.Contains("\nengage_whole 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nengage_metrics_failed_reads_total 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MetersOfAnotherHostAreNotRead()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("Engage.Tests").CreateCounter<int>("engage.foreign").Add(1);

        var text = _reader.Scrape();

        Assert.DoesNotContain("engage_foreign", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConcurrentMeasurementsAreAllCounted()
    {
        var counter = _meter.CreateCounter<int>("engage.parallel");
        var histogram = _meter.CreateHistogram<int>("engage.sizes");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("parity", i % 2));
                histogram.Record(worker);
            }
        })));

        var text = _reader.Scrape();
        Assert.Contains("engage_parallel_total{parity=\"0\"} 10000\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_parallel_total{parity=\"1\"} 10000\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_sizes_count 20000\n", text, StringComparison.Ordinal);
    }
}
