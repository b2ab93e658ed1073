using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Engage.Silo.Metrics;

/// <summary>
/// Listens to the meters of this host and of its process, and writes what they measured in the text format of
/// Prometheus (version 0.0.4). Meters of another host in the same process are not ours: tests run several.
/// </summary>
internal sealed class MeterReader : IDisposable
{
    private readonly ConcurrentDictionary<string, Metric> _metrics = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();
    private readonly object? _host;
    private readonly string[] _meters;
    private readonly int _seriesMax;
    private long _dropped;
    private long _failedReads;

    /// <param name="host">The factory whose meters are read, besides those that belong to no host.</param>
    /// <param name="meters">Names of meters; one that ends with <c>*</c> stands for all that begin so.</param>
    /// <param name="seriesMax">Label sets that are kept of one metric; further ones are counted as dropped.</param>
    public MeterReader(IMeterFactory? host, string[] meters, int seriesMax)
    {
        (_host, _meters, _seriesMax) = (host, meters, seriesMax);
        _listener.InstrumentPublished = Publish;
        Take<byte>(value => value);
        Take<short>(value => value);
        Take<int>(value => value);
        Take<long>(value => value);
        Take<float>(value => value);
        Take<double>(value => value);
        Take<decimal>(value => (double)value);
        _listener.Start();
    }

    public string Scrape()
    {
        var text = new StringBuilder();
        lock (_scraping)
        {
            foreach (var metric in _metrics.Values) metric.BeginScrape();
            Observe();
            foreach (var metric in _metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal))
                metric.Write(text);
        }
        WriteOwn(text, "dropped_series", "Measurements whose labels found no place.", Volatile.Read(ref _dropped));
        WriteOwn(text, "failed_reads", "Scrapes in which an observed value failed.", Volatile.Read(ref _failedReads));
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void WriteOwn(StringBuilder text, string name, string help, long value) => text.Append(
        $"# HELP engage_metrics_{name}_total {help}\n# TYPE engage_metrics_{name}_total counter\n"
        + $"engage_metrics_{name}_total {value}\n");

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var ours = instrument.Meter.Scope is not IMeterFactory scope || scope == _host;
        var listed = _meters.Any(pattern => Matches(pattern, instrument.Meter.Name));
        if (ours && listed && MetricOf(instrument) is { } metric)
            listener.EnableMeasurementEvents(instrument, metric);
    }

    private static bool Matches(string pattern, string name) => pattern is [.. var start, '*']
        ? name.StartsWith(start, StringComparison.Ordinal)
        : name == pattern;

    /// <returns>Null when another instrument uses the name for something else.</returns>
    private Metric? MetricOf(Instrument instrument)
    {
        var created = Describe(instrument);
        var kept = _metrics.GetOrAdd(created.Name, created);
        if (kept.Type == created.Type) return kept;
        Interlocked.Increment(ref _dropped);
        return null;
    }

    private Metric Describe(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (generic == typeof(Histogram<>))
        {
            var bounds = Buckets.Of(instrument);
            return New("histogram", observed: false, () => new HistogramSeries(bounds));
        }

        if (generic == typeof(Counter<>)) return New("counter", observed: false, () => new SumSeries());
        if (generic == typeof(ObservableCounter<>)) return New("counter", observed: true, () => new SumSeries());
        if (generic == typeof(UpDownCounter<>)) return New("gauge", observed: false, () => new SumSeries());
        if (generic == typeof(ObservableUpDownCounter<>)) return New("gauge", observed: true, () => new SumSeries());
        return New("gauge", instrument.IsObservable, () => new LatestSeries());

        Metric New(string kind, bool observed, Func<Series> series) => new(
            MetricName.Of(instrument, kind == "counter"),
            instrument.Description ?? instrument.Name,
            kind,
            observed,
            _seriesMax,
            series,
            () => Interlocked.Increment(ref _dropped));
    }

    private void Take<T>(Func<T, double> toDouble)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, state) =>
            ((Metric)state!).Record(toDouble(value), tags));

    /// <summary>
    /// One value that cannot be had must not hide the others; the listener asks them all before it throws.
    /// </summary>
    private void Observe()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            Interlocked.Increment(ref _failedReads);
        }
    }
}
