namespace Engage.Testing;

/// <summary>
/// A clock that stands still until the test moves it. Timers fire on the advancing thread, in the order of their due
/// times, a periodic one once for each period that passed.
/// </summary>
/// <remarks>
/// Delays are whole milliseconds. Whoever waits for a moment between two of them is woken before it and may, as Orleans
/// does, look at the clock until it is past: for a timer's callback that looks without end, time moves by itself.
/// </remarks>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private const int LooksMax = 10_000;
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = start;
    private int? _firing;
    private int _looks;

    public FakeTimeProvider()
        : this(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When which timer fires next; a test that advances may first wait for a timer to be there.</summary>
    public DateTimeOffset[] DueTimes
    {
        get
        {
            lock (_lock)
                return [.. _timers.Select(timer => timer.DueAt!.Value)];
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            if (_firing == Environment.CurrentManagedThreadId && ++_looks % LooksMax == 0)
                _now += Millisecond;
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.Zero);
        var end = GetUtcNow() + step;
        while (NextDue(end) is { } timer)
            timer.Fire();
        lock (_lock)
            _now = _now > end ? _now : end;
    }

    private FakeTimer? NextDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            (_firing, _looks) = (next is null ? null : Environment.CurrentManagedThreadId, 0);
            if (next is null)
                return null;
            if (next.DueAt > _now)
                _now = next.DueAt!.Value;
            next.Rearm();
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                if (DueAt is not null)
                    time._timers.Add(this);
            }

            return true;
        }

        /// <summary>Under the lock: the next due time, or none.</summary>
        public void Rearm()
        {
            var repeats = _period > TimeSpan.Zero;
            DueAt = repeats ? DueAt + _period : null;
            if (!repeats)
                time._timers.Remove(this);
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
