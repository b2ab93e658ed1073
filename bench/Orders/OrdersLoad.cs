using System.Diagnostics;
using Engage.Bench.Journal;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Orders;

/// <summary>Callers that place an order, wait until it is durable, and place the next.</summary>
internal static class OrdersLoad
{
    /// <param name="place">Places an order; told which caller it is and a number that is used once.</param>
    /// <param name="began">Called when the warm-up is over, once or more.</param>
    /// <param name="callers">How many at a time.</param>
    /// <param name="pace">How long.</param>
    public static async Task<Measured> RunAsync(Func<int, long, Task> place, Action began, int callers, Pace pace)
    {
        // The first order pays for everybody: code that is not compiled yet, statements, connections.
        await place(0, -1);
        var start = Stopwatch.GetTimestamp() + Ticks(pace.WarmUp);
        var end = start + Ticks(pace.Window);
        var each = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            () => CallAsync(place, began, caller, callers, start, end))));

        var latency = new LatencyHistogram();
        foreach (var (own, _) in each) latency.Add(own);
        // Until the last of those that count was answered: on a slow machine later than the window.
        var last = Math.Max(end, each.Max(one => one.Last));
        return new(latency.Count / Stopwatch.GetElapsedTime(start, last).TotalSeconds, latency, latency.Count, 1);
    }

    private static async Task<(LatencyHistogram Latency, long Last)> CallAsync(
        Func<int, long, Task> place, Action began, int caller, int callers, long start, long end)
    {
        var latency = new LatencyHistogram();
        for (var step = 0L; ; step++)
        {
            var sent = Stopwatch.GetTimestamp();
            await place(caller, caller + (step * callers));
            var now = Stopwatch.GetTimestamp();
            if (now < start) continue;

            began();
            // The first caller brings at least one, however short the window is.
            if (now < end || (caller == 0 && latency.Count == 0)) latency.Record(Stopwatch.GetElapsedTime(sent, now));
            if (now >= end) return (latency, caller == 0 && latency.Count == 1 ? now : end);
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
