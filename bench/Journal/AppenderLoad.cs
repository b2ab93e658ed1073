using System.Diagnostics;
using Engage.LoadGen.Measure;
using Engage.Storage;

namespace Engage.Bench.Journal;

/// <summary>
/// Callers that append one event, wait for the acknowledgement, and append the next. They are tasks on the pool, as
/// requests of a server are: hundreds of them need no thread while they wait.
/// </summary>
internal static class AppenderLoad
{
    public static async Task<Measured> RunAsync(
        IActivityJournal journal, GroupMeter groups, int appenders, Pace pace, CancellationToken cancellation)
    {
        var clock = new Window(pace);
        var each = await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(
            () => AppendAsync(journal, groups, appender, appenders, clock, cancellation), cancellation)));

        var latency = new LatencyHistogram();
        foreach (var (own, _) in each) latency.Add(own);
        return new(
            latency.Count / pace.Window.TotalSeconds, latency, each.Sum(one => one.Appended), groups.MeanRows);
    }

    private static async Task<(LatencyHistogram Latency, long Appended)> AppendAsync(
        IActivityJournal journal, GroupMeter groups, int appender, int appenders, Window clock,
        CancellationToken cancellation)
    {
        var latency = new LatencyHistogram();
        var appended = 0L;
        while (true)
        {
            var activity = Workload.Event(appender + (appended * appenders));
            var sent = Stopwatch.GetTimestamp();
            await journal.AppendAsync([activity], cancellation);
            var now = Stopwatch.GetTimestamp();
            appended++;
            if (now >= clock.End) return (latency, appended);
            if (now < clock.Begin) continue;

            // The first that finds the window open makes the meter forget the warm-up.
            groups.StartOnce();
            latency.Record(Stopwatch.GetElapsedTime(sent, now));
        }
    }

    /// <summary>What is acknowledged between its two moments counts.</summary>
    private sealed class Window(Pace pace)
    {
        public long Begin { get; } = Stopwatch.GetTimestamp() + Ticks(pace.WarmUp);
        public long End { get; } = Stopwatch.GetTimestamp() + Ticks(pace.WarmUp + pace.Window);

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
    }
}
