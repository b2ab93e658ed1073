using System.Diagnostics.Metrics;

namespace Engage.Grains.Rooms;

/// <summary>What an operator watches of the rooms that live on this silo.</summary>
internal sealed class RoomMetrics
{
    public const string MeterName = "Engage.Rooms";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096],
    };

    private readonly Counter<long> _entries;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _busy;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _reloaded;
    private readonly Counter<long> _mentionsDropped;
    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _appendSeconds;
    private int _rooms;
    private int _present;

    public RoomMetrics(IMeterFactory? factory = null)
    {
        // Without a factory (tests, tools) nothing listens.
        var meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _entries = meter.CreateCounter<long>("engage.rooms.entries", "{entry}", "Entries that became durable.");
        _refused = meter.CreateCounter<long>("engage.rooms.refused", "{command}", "Commands that the rules refused.");
        _busy = meter.CreateCounter<long>(
            "engage.rooms.busy", "{submission}", "Submissions refused because too many commands waited.");
        _failed = meter.CreateCounter<long>(
            "engage.rooms.failed", "{room}", "Rooms that gave up after an append and started over from the log.");
        _reloaded = meter.CreateCounter<long>(
            "engage.rooms.reloaded", "{room}", "Rooms that read their state again because of a very old retry.");
        _mentionsDropped = meter.CreateCounter<long>(
            "engage.rooms.mentions.dropped", "{mention}", "Mentions that were not delivered to their inbox.");
        _groupSize = meter.CreateHistogram(
            "engage.rooms.group.size", "{entry}", "Entries of one append.", advice: Sizes);
        _appendSeconds = meter.CreateHistogram(
            "engage.rooms.append.duration", "s", "One append of one room, until durable.", advice: Durations);
        meter.CreateObservableGauge(
            "engage.rooms.active", () => Volatile.Read(ref _rooms), "{room}", "Rooms in memory.");
        meter.CreateObservableGauge(
            "engage.rooms.present", () => Volatile.Read(ref _present), "{person}", "People in the rooms in memory.");
    }

    public void Opened() => Interlocked.Increment(ref _rooms);
    public void Closed() => Interlocked.Decrement(ref _rooms);
    public void PresentChanged(int by) => Interlocked.Add(ref _present, by);
    public void Refused() => _refused.Add(1);
    public void Busy() => _busy.Add(1);
    public void Failed() => _failed.Add(1);
    public void Reloaded() => _reloaded.Add(1);
    public void MentionDropped() => _mentionsDropped.Add(1);

    public void Appended(int entries, TimeSpan elapsed)
    {
        _entries.Add(entries);
        _groupSize.Record(entries);
        _appendSeconds.Record(elapsed.TotalSeconds);
    }
}
