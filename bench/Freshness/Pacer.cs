using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engage.Bench.Freshness;

/// <summary>Says when something is due, from a thread of its own.</summary>
/// <remarks>
/// Not from a timer: timers fire on the pool, up to some milliseconds late, and later when the pool is busy. Nor from
/// .NET's waits, which know whole milliseconds only. Both are the load's lateness and not that of what is measured.
/// </remarks>
internal static unsafe partial class Pacer
{
    /// <summary>Calls for each tick as soon as it is due; late ones follow at once, so that the rate is what it says.
    /// </summary>
    /// <param name="onDue">Gets the tick's number and the timestamp at which it was due.</param>
    public static Task RunAsync(
        TimeSpan tick, int count, Action<int, long> onDue, CancellationToken cancellation) => Task.Factory.StartNew(
            () => Run(tick, count, onDue, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Run(TimeSpan tick, int count, Action<int, long> onDue, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)((i * tick).TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
                Wait(left);
            cancellation.ThrowIfCancellationRequested();
            onDue(i, due);
        }
    }

    private static void Wait(TimeSpan time)
    {
        var (seconds, ticks) = Math.DivRem(time.Ticks, TimeSpan.TicksPerSecond);
        var wanted = new Timespec((nint)seconds, (nint)(ticks * TimeSpan.NanosecondsPerTick));
        _ = Sleep(&wanted, null);
    }

    /// <summary>nanosleep(2): late by some tens of microseconds. A signal ends it early.</summary>
    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(Timespec* time, Timespec* left);

    private readonly record struct Timespec(nint Seconds, nint Nanoseconds);
}
