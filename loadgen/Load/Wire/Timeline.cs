namespace Engage.LoadGen.Load.Wire;

/// <summary>
/// What is to be done when, run under the loop's gate by one ticking task. Times are timestamps of the clock.
/// </summary>
internal sealed class Timeline(EventLoop loop)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<Action<long>, long> _due = new();

    public long Now => loop.Time.GetTimestamp();

    public long After(TimeSpan wait) => Now + TicksOf(wait);

    public long TicksOf(TimeSpan duration) => (long)(duration.TotalSeconds * loop.Time.TimestampFrequency);

    /// <summary>Called under the gate, as is what it does; it is told the time.</summary>
    public void At(long due, Action<long> act) => _due.Enqueue(act, due);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, loop.Time);
        while (await timer.WaitForNextTickAsync(cancellation))
            while (RunOne())
            {
                // Others may have the gate between two.
            }
    }

    private bool RunOne()
    {
        lock (loop.Gate)
        {
            var now = Now;
            if (!_due.TryPeek(out _, out var due) || due > now)
                return false;
            _due.Dequeue()(now);
            return true;
        }
    }
}
