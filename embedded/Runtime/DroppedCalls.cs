using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Engage.Embedded.Runtime;

/// <summary>
/// One-way calls that were never run: nobody waits for an answer, so the log and a counter are all that tells of them.
/// </summary>
/// <remarks>The first is logged at once; those that follow are summed up by the next <see cref="Flush"/>.</remarks>
internal sealed class DroppedCalls(ILogger logger)
{
    private static readonly Meter Meter = new("Engage.Embedded");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "engage.embedded.oneway.dropped", description: "One-way calls that were not delivered.");

    private readonly Lock _lock = new();
    private bool _isQuiet;
    private long _unreported;
    private string _call = "";
    private string _reason = "";

    public void Add(string call, Exception reason)
    {
        Dropped.Add(1);
        lock (_lock)
        {
            _unreported++;
            _call = call;
            _reason = reason.Message;
            if (_isQuiet)
                return;
            _isQuiet = true;
        }

        Report();
    }

    /// <summary>Called once per sweep of the deadlines.</summary>
    public void Flush()
    {
        lock (_lock)
            _isQuiet = _unreported > 0;
        Report();
    }

    private void Report()
    {
        long dropped;
        lock (_lock)
        {
            dropped = _unreported;
            _unreported = 0;
        }

        if (dropped > 0)
            Log.OneWayCallsDropped(logger, dropped, _call, _reason);
    }
}
