using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Fails calls whose answer does not come in time, and looks at those that wait long for who waits for whom.
/// </summary>
/// <remarks>
/// A call notes the coarse clock, which stands still between two sweeps, and so may seem up to one period older than it
/// is; a period is added to its timeout, so no call fails early, and none later than the timeout and two periods. The
/// clock never jumps: while the process was not running, or had not started, no call was given time to answer.
/// </remarks>
internal sealed class ResponseDeadlines(
    Silo silo, TimeProvider time, TimeSpan responseTimeout, DeadlockOptions deadlocks) : IDisposable
{
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _period = Period(responseTimeout);
    private readonly long _watchAfter = WatchAfter(deadlocks, responseTimeout);
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
        foreach (var node in CallRegistry.Look(silo, static _ => true))
            Fail(node, exception);
    }

    public void Dispose() => _timer?.Dispose();

    private static TimeSpan Period(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return PeriodMax;
        var period = timeout / 8;
        return period < PeriodMin ? PeriodMin : period > PeriodMax ? PeriodMax : period;
    }

    private static long WatchAfter(DeadlockOptions deadlocks, TimeSpan timeout)
    {
        if (deadlocks.Detection == DeadlockDetection.Off)
            return long.MaxValue;
        var half = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : timeout / 2;
        return Math.Min(deadlocks.WatchAfter.Ticks, half.Ticks);
    }

    private static bool Fail(WaitNode node, Exception exception)
    {
        if (node.Request is not Invocation call || !call.TryAbandon(node.Ticket))
            return false;
        call.FailLater(exception);
        return true;
    }

    private void Sweep()
    {
        var real = time.GetTimestamp();
        var passed = Math.Min(time.GetElapsedTime(_swept, real).Ticks, 2 * _period.Ticks);
        _swept = real;
        var before = _coarseNow;
        var now = before + passed;
        var calls = CallRegistry.Look(silo, call => IsOverdue(call, now) || BecameSlow(call, before, now));
        if (calls.Count > 0)
            Examine(calls, before, now);
        silo.DroppedCalls.Flush();
        Volatile.Write(ref _coarseNow, now);
    }

    private void Examine(List<WaitNode> calls, long before, long now)
    {
        var graph = new WaitGraph(calls);
        var reported = new HashSet<WaitNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in calls)
        {
            if (node.Request is not Invocation call || !Invocation.IsPending(node.Ticket))
                continue;
            if (BecameSlow(call, before, now) && !reported.Contains(node) && graph.FindCycle(node) is { } cycle)
            {
                reported.UnionWith(cycle);
                ReportDeadlock(graph, node, cycle);
            }

            if (IsOverdue(call, now))
                Fail(node, new TimeoutException(
                    $"No answer within {call.ResponseTimeout ?? responseTimeout} to {node.What}. "
                    + WaitTexts.Describe(graph, node)
                    + "The outcome is unknown: the call may still be waiting or running. Repeat it only if that does "
                    + "no harm."));
        }
    }

    private void ReportDeadlock(WaitGraph graph, WaitNode call, List<WaitNode> cycle)
    {
        var text = WaitTexts.DescribeCycle(cycle);
        Log.Deadlock(silo.Logger, call.What, text, WaitTexts.DescribeChain(graph, call));
        if (deadlocks.Detection == DeadlockDetection.Fail)
            Fail(call, new TimeoutException(
                $"{call.What} waits for itself and would never be answered. Deadlock: {text}. Allow the call back by "
                + "RequestContext.AllowCallChainReentrancy, or let the method interleave."));
    }

    private bool BecameSlow(Invocation call, long before, long now) =>
        now - call.SentAt >= _watchAfter && before - call.SentAt < _watchAfter;

    private bool IsOverdue(Invocation call, long now)
    {
        var timeout = call.ResponseTimeout ?? responseTimeout;
        return timeout != Timeout.InfiniteTimeSpan && now - call.SentAt - _period.Ticks >= timeout.Ticks;
    }
}
