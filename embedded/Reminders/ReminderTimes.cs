using Orleans;

namespace Engage.Embedded.Reminders;

/// <summary>
/// When ticks are due: at <c>StartAt + n * Period</c>, whatever happened meanwhile. Ticks that were missed, because the
/// process was down or a tick took long, are not made up for: the next on the schedule stands for all of them, as in
/// Orleans.
/// </summary>
internal static class ReminderTimes
{
    /// <summary>The first tick that is not before now.</summary>
    public static DateTime Next(ReminderEntry entry, DateTime now)
    {
        var start = DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc);
        if (now <= start)
            return start;
        var sinceTick = (now - start).Ticks % entry.Period.Ticks;
        return sinceTick == 0 ? now : Add(now, entry.Period.Ticks - sinceTick);
    }

    /// <summary>The first tick that is after the last one and not before now.</summary>
    public static DateTime Following(ReminderEntry entry, DateTime last, DateTime now)
    {
        var next = Next(entry, now);
        return next > last ? next : Add(last, entry.Period.Ticks);
    }

    private static DateTime Add(DateTime time, long ticks) =>
        ticks > DateTime.MaxValue.Ticks - time.Ticks
            ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)
            : time.AddTicks(ticks);
}
