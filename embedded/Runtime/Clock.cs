namespace Engage.Embedded.Runtime;

internal static class Clock
{
    /// <summary>A timer that does not carry the creator's ambient values into its ticks.</summary>
    public static ITimer CreateTimer(TimeProvider time, TimerCallback callback, object state, TimeSpan period) =>
        CreateTimer(time, callback, state, period, period);

    public static ITimer CreateTimer(
        TimeProvider time, TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return time.CreateTimer(callback, state, dueTime, period);
        using (ExecutionContext.SuppressFlow())
            return time.CreateTimer(callback, state, dueTime, period);
    }
}
