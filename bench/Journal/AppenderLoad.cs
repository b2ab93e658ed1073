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
        // The first append pays for everybody: code that is not compiled yet, statements, connections.
        await journal.AppendAsync([Workload.Event(-1)], cancellation);
        var clock = new Window(pace);
        var each = await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(
            () => AppendAsync(journal, groups, appender, appenders, clock, cancellation), cancellation)));

        var latency = new LatencyHistogram();
        foreach (var (own, _) in each) latency.Add(own);
        return new(
            latency.Count / clock.Elapsed.TotalSeconds, latency, each.Sum(one => one.Appended), groups.MeanRows);
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
            if (now < clock.Begin) continue;

            var over = clock.IsOver(now, nothingYet: appender == 0 && latency.Count == 0);
            if (over) return (latency, appended);
            // The first that finds the window open makes the meter forget the warm-up.
            groups.StartOnce();
            latency.Record(Stopwatch.GetElapsedTime(sent, now));
        }
    }

    /// <summary>
    /// What is acknowledged between its two moments counts. It stays open for the first appender until there is
    /// something to count, however slow the machine is.
    /// </summary>
    private sealed class Window(Pace pace)
    {
        private readonly long _end = Stopwatch.GetTimestamp() + Ticks(pace.WarmUp + pace.Window);
        private long _late;

        public long Begin { get; } = Stopwatch.GetTimestamp() + Ticks(pace.WarmUp);

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Begin, Math.Max(_end, _late));

        public bool IsOver(long now, bool nothingYet)
        {
            if (now < _end) return false;
            if (nothingYet) _late = now;
            return !nothingYet;
        }

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
    }
}
