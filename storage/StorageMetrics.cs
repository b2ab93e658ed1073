using System.Diagnostics.Metrics;

namespace Engage.Storage;

/// <summary>
/// What an operator watches: how full groups are, how long a commit takes, how much waits, what was refused.
/// </summary>
internal sealed class StorageMetrics
{
    public const string MeterName = "Engage.Storage";

    private readonly Histogram<int> _groupRows;
    private readonly Histogram<double> _commitSeconds;
    private readonly Counter<long> _busy;
    private readonly Counter<long> _failedGroups;
    private readonly Counter<long> _roomReads;

    public StorageMetrics(IMeterFactory? factory, Func<long> queuedRows)
    {
        // Without a factory (tests, tools) the meter lives as long as the process; nothing listens to it then.
        var meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _groupRows = meter.CreateHistogram<int>("engage.storage.group.rows", "{row}", "Rows that shared one commit.");
        _commitSeconds = meter.CreateHistogram<double>(
            "engage.storage.commit.duration", "s", "From begin to durable, one group.");
        _busy = meter.CreateCounter<long>(
            "engage.storage.busy", "{request}", "Writes refused because the queue was full.");
        _failedGroups = meter.CreateCounter<long>(
            "engage.storage.group.failed", "{group}", "Groups that could not be committed.");
        _roomReads = meter.CreateCounter<long>(
            "engage.storage.room.reads", "{read}", "Reads of rooms' logs; those who come in should cause few.");
        meter.CreateObservableGauge("engage.storage.queue.rows", queuedRows, "{row}", "Rows that wait for the disk.");
    }

    public void Committed(int rows, TimeSpan elapsed)
    {
        _groupRows.Record(rows);
        _commitSeconds.Record(elapsed.TotalSeconds);
    }

    public void Refused() => _busy.Add(1);

    public void GroupFailed() => _failedGroups.Add(1);

    public void RoomLogRead() => _roomReads.Add(1);
}
