using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Engage.Api.Events;

/// <summary>What came in, what became of it, and how long its sender waited.</summary>
internal sealed class EventMetrics
{
    public const string MeterName = "Engage.Events";

    private readonly Counter<long> _events;
    private readonly Histogram<double> _ackSeconds;

    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _events = meter.CreateCounter<long>("engage.events", "{event}", "Activity events by what became of them.");
        _ackSeconds = meter.CreateHistogram<double>(
            "engage.events.ack.duration", "s", "From a batch in hand to its events durable, one batch.");
    }

    public void Acknowledged(EventsAnswer answer, TimeSpan elapsed)
    {
        Add("accepted", answer.Accepted);
        Add("duplicate", answer.Duplicates);
        Add("rejected", answer.Rejected);
        _ackSeconds.Record(elapsed.TotalSeconds);
    }

    private void Add(string status, int events)
    {
        if (events > 0) _events.Add(events, new TagList { { "status", status } });
    }
}
