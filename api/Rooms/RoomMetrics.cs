using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Engage.Api.Rooms;

/// <summary>What rooms cost this node, and how well their readers keep up.</summary>
internal sealed class RoomMetrics
{
    public const string MeterName = "Engage.Rooms.Gateway";

    private readonly Histogram<double> _flushSeconds;
    private readonly Histogram<int> _flushEntries;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _readers;
    private readonly Counter<long> _joins;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _visitsLost;
    private long _waiting;

    public RoomMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _flushSeconds = meter.CreateHistogram<double>(
            "engage.rooms.flush.duration", "s", "Sending what is new in a room to all its connections of this node.");
        _flushEntries = meter.CreateHistogram<int>("engage.rooms.flush.entries", "{entry}", "Entries in one frame.");
        _deliveries = meter.CreateCounter<long>(
            "engage.rooms.deliveries", "{entry}", "Entries times the connections they were sent to.");
        _readers = meter.CreateCounter<long>(
            "engage.rooms.readers", "{event}", "Connections that fell behind, caught up, or must join again.");
        _joins = meter.CreateCounter<long>("engage.rooms.joins", "{join}", "Joins by how they were answered.");
        _commands = meter.CreateCounter<long>("engage.rooms.commands", "{command}", "Actions by what became of them.");
        _visitsLost = meter.CreateCounter<long>(
            "engage.rooms.visits.lost", "{event}", "Joined and left events that found the queue full.");
        meter.CreateObservableUpDownCounter(
            "engage.rooms.waiting", () => Volatile.Read(ref _waiting), "{command}", "Actions that wait at this node.");
    }

    public void Flushed(TimeSpan elapsed, int entries, long deliveries)
    {
        _flushSeconds.Record(elapsed.TotalSeconds);
        _flushEntries.Record(entries);
        if (deliveries > 0) _deliveries.Add(deliveries);
    }

    /// <param name="what"><c>behind</c>, <c>resynced</c> or <c>reloaded</c>.</param>
    public void Reader(string what) => _readers.Add(1, new KeyValuePair<string, object?>("what", what));

    /// <param name="mode">As the answer says it.</param>
    public void Joined(string mode) => _joins.Add(1, new KeyValuePair<string, object?>("mode", mode));

    public void Commands(string outcome, int commands)
    {
        if (commands > 0) _commands.Add(commands, new TagList { { "outcome", outcome } });
    }

    public void Waiting(int change) => Interlocked.Add(ref _waiting, change);

    public void VisitsLost(int events) => _visitsLost.Add(events);
}
