using System.Diagnostics.Metrics;

namespace Engage.Grains.Scoring;

/// <summary>What an operator watches: how full batches are, how long requests wait and are scored, what was
/// refused.</summary>
internal sealed class ScoringMetrics
{
    public const string MeterName = "Engage.Scoring";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    };

    private static readonly InstrumentAdvice<int> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    };

    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _queueSeconds;
    private readonly Histogram<double> _batchSeconds;
    private readonly Counter<long> _late;
    private readonly Counter<long> _busy;

    public ScoringMetrics(IMeterFactory meters, Func<int> waiting)
    {
        var meter = meters.Create(MeterName);
        _batchSize = meter.CreateHistogram(
            "engage.scoring.batch.size", "{request}", "Requests scored together.", advice: Sizes);
        _queueSeconds = meter.CreateHistogram(
            "engage.scoring.queue.duration", "s", "From arrival to the batch, one request.", advice: Durations);
        _batchSeconds = meter.CreateHistogram(
            "engage.scoring.duration", "s", "From the batch to its answers, one batch.", advice: Durations);
        _late = meter.CreateCounter<long>(
            "engage.scoring.late", "{request}", "Requests whose deadline passed while they waited; not scored.");
        _busy = meter.CreateCounter<long>(
            "engage.scoring.busy", "{request}", "Requests refused because too many waited.");
        meter.CreateObservableGauge("engage.scoring.queue.requests", waiting, "{request}", "Requests that wait.");
    }

    public void Waited(TimeSpan elapsed) => _queueSeconds.Record(elapsed.TotalSeconds);

    public void Scored(int requests, TimeSpan elapsed)
    {
        _batchSize.Record(requests);
        _batchSeconds.Record(elapsed.TotalSeconds);
    }

    public void Late() => _late.Add(1);

    public void Refused() => _busy.Add(1);
}
