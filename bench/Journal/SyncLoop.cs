using System.Diagnostics;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Journal;

/// <summary>One caller that writes a group, waits until it is durable, and writes the next.</summary>
internal static class SyncLoop
{
    /// <param name="write">Makes so many rows durable, beginning with this number.</param>
    /// <param name="first">The number of the first row.</param>
    public static Measured Run(Action<long, int> write, long first, int groupRows, Pace pace)
    {
        var latency = new LatencyHistogram();
        var next = first;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < pace.WarmUp; next += groupRows)
            write(next, groupRows);

        var began = Stopwatch.GetTimestamp();
        var measured = next;
        for (var sent = began; Stopwatch.GetElapsedTime(began) < pace.Window; next += groupRows)
        {
            write(next, groupRows);
            var now = Stopwatch.GetTimestamp();
            latency.Record(Stopwatch.GetElapsedTime(sent, now));
            sent = now;
        }
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new((next - measured) / seconds, latency, next - first, groupRows);
    }
}
