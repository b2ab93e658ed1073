using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>Fails calls whose answer does not come in time.</summary>
/// <remarks>
/// A call notes the coarse clock, which stands still between two sweeps, and so may seem up to one period older than it
/// is; a period is added to its timeout, so no call fails early, and none later than the timeout and two periods. The
/// clock never jumps: while the process was not running, or had not started, no call was given time to answer.
/// </remarks>
internal sealed class ResponseDeadlines(Silo silo, TimeProvider time, TimeSpan responseTimeout) : IDisposable
{
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _period = Period(responseTimeout);
    private long _coarseNow;
    private long _swept;
    private ITimer? _timer;

    /// <summary>In ticks of <see cref="TimeSpan"/>, from a beginning of its own.</summary>
    public long CoarseNow => Volatile.Read(ref _coarseNow);

    public void Start()
    {
        _swept = time.GetTimestamp();
        _timer = Clock.CreateTimer(time, static state => ((ResponseDeadlines)state!).Sweep(), this, _period);
    }

    /// <summary>Answers every call that still waits.</summary>
    public void FailAll(Exception exception)
    {
        foreach (var (call, _) in CallRegistry.AbandonOverdue(silo, static _ => true))
            call.FailLater(exception);
    }

    public void Dispose() => _timer?.Dispose();

    private static TimeSpan Period(TimeSpan timeout)
    {
        var period = timeout / 8;
        return period < PeriodMin ? PeriodMin : period > PeriodMax ? PeriodMax : period;
    }

    private void Sweep()
    {
        var real = time.GetTimestamp();
        var passed = Math.Min(time.GetElapsedTime(_swept, real).Ticks, 2 * _period.Ticks);
        _swept = real;
        var now = _coarseNow + passed;
        foreach (var (call, description) in CallRegistry.AbandonOverdue(silo, call => IsOverdue(call, now)))
            call.FailLater(new TimeoutException(
                $"No answer within {call.ResponseTimeout ?? responseTimeout} to {description}. The outcome is unknown: "
                + "the call may still be waiting or running. Repeat it only if that does no harm."));
        Volatile.Write(ref _coarseNow, now);
    }

    private bool IsOverdue(Invocation call, long now)
    {
        var timeout = call.ResponseTimeout ?? responseTimeout;
        return timeout != Timeout.InfiniteTimeSpan && now - call.SentAt - _period.Ticks >= timeout.Ticks;
    }
}
