using Engage.Embedded.Runtime;
using Orleans;
using Orleans.Runtime;

namespace Engage.Embedded.Reminders;

/// <summary>
/// When which reminder is due: all of them in one queue ordered by time, and one timer for the first of it. So a
/// million reminders cost a million small entries, and no timers.
/// </summary>
/// <remarks>
/// A reminder is in the queue at most once with its present version, and not while it ticks; what an update or a
/// removal leaves behind has an old version, is passed over when its time comes, and is swept when it is the greater
/// part. Ticks under way are bounded: when many are due at once, the rest waits in the queue, in order.
/// </remarks>
internal sealed class ReminderSchedule : IDisposable
{
    public const int TicksUnderWayMax = 1_000;

    /// <summary>Looked at least so often, so that a change of the wall clock is noticed.</summary>
    private static readonly TimeSpan LookMax = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Dictionary<(GrainId Grain, string Name), ScheduledReminder> _reminders = [];
    private readonly PriorityQueue<(ScheduledReminder Reminder, int Version), DateTime> _due = new();
    private Func<ReminderEntry, Task>? _deliver;
    private TaskCompletionSource? _quiet;
    private int _ticksUnderWay;
    private bool _isStopped;

    public ReminderSchedule(TimeProvider time)
    {
        _time = time;
        _timer = Clock.CreateTimer(
            time,
            static schedule => ((ReminderSchedule)schedule!).OnDue(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _reminders.Count;
        }
    }

    /// <param name="deliver">Sends one tick; must not throw.</param>
    public void Start(Func<ReminderEntry, Task> deliver)
    {
        lock (_lock)
            _deliver = deliver;
        OnDue();
    }

    /// <summary>No tick starts any more; those under way end.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            _isStopped = true;
            _timer.Dispose();
            if (_ticksUnderWay == 0)
                return Task.CompletedTask;
            _quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    /// <summary>Adds the reminder, or puts it in the place of its predecessor; the new times hold at once.</summary>
    /// <param name="isNew">
    /// Registered just now: its first tick comes even if storing it took longer than its due time. One that was stored
    /// before goes on with the next of its times.
    /// </param>
    public void Set(ReminderEntry entry, bool isNew = false)
    {
        lock (_lock)
        {
            var key = (entry.GrainId, entry.ReminderName);
            if (!_reminders.TryGetValue(key, out var reminder))
                _reminders[key] = reminder = new(entry);
            reminder.Entry = entry;
            reminder.Version++;
            reminder.IsRemoved = false;
            reminder.FirstDue = isNew ? DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc) : null;
            if (!reminder.IsTicking)
                Queue(reminder, FirstTickOf(reminder));
            Arm();
        }
    }

    public void Remove(GrainId grain, string name)
    {
        lock (_lock)
        {
            if (!_reminders.TryGetValue((grain, name), out var reminder))
                return;
            reminder.Version++;
            reminder.IsRemoved = true;
            // While it ticks it keeps its place: registered anew meanwhile, it must not tick beside itself.
            if (!reminder.IsTicking)
                _reminders.Remove((grain, name));
            Sweep();
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _isStopped = true;
        _timer.Dispose();
    }

    private void OnDue()
    {
        while (TakeDue() is { } reminder)
            _ = TickAsync(reminder);
    }

    private ScheduledReminder? TakeDue()
    {
        lock (_lock)
        {
            var now = Now();
            while (!_isStopped && _deliver is not null && _ticksUnderWay < TicksUnderWayMax
                && _due.TryPeek(out var next, out var due) && due <= now)
            {
                _due.Dequeue();
                if (next.Version != next.Reminder.Version)
                    continue;
                next.Reminder.IsTicking = true;
                next.Reminder.TickVersion = next.Version;
                next.Reminder.LastTick = due;
                _ticksUnderWay++;
                return next.Reminder;
            }

            Arm();
            return null;
        }
    }

    private async Task TickAsync(ScheduledReminder reminder)
    {
        await _deliver!(reminder.Entry).ConfigureAwait(false);
        lock (_lock)
        {
            reminder.IsTicking = false;
            if (reminder.IsRemoved)
                _reminders.Remove((reminder.Entry.GrainId, reminder.Entry.ReminderName));
            else
                Queue(reminder, NextTickOf(reminder));
            if (--_ticksUnderWay == 0)
                _quiet?.TrySetResult();
        }

        OnDue();
    }

    private DateTime NextTickOf(ScheduledReminder reminder) => reminder.Version == reminder.TickVersion
        ? ReminderTimes.Following(reminder.Entry, reminder.LastTick, Now())
        : FirstTickOf(reminder);

    private DateTime FirstTickOf(ScheduledReminder reminder) =>
        reminder.FirstDue ?? ReminderTimes.Next(reminder.Entry, Now());

    private void Queue(ScheduledReminder reminder, DateTime due)
    {
        _due.Enqueue((reminder, reminder.Version), due);
        Sweep();
    }

    /// <summary>Rebuilds the queue when most of it is left over from updates and removals.</summary>
    private void Sweep()
    {
        const int SmallEnough = 64;
        if (_due.Count <= SmallEnough + (2 * _reminders.Count))
            return;
        var present = _due.UnorderedItems
            .Where(item => item.Element.Version == item.Element.Reminder.Version)
            .ToArray();
        _due.Clear();
        _due.EnqueueRange(present);
    }

    private void Arm()
    {
        if (_isStopped || _deliver is null)
            return;
        var wait = _ticksUnderWay < TicksUnderWayMax && _due.TryPeek(out _, out var due)
            ? due - Now()
            : Timeout.InfiniteTimeSpan;
        if (wait != Timeout.InfiniteTimeSpan)
            wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerMillisecond, LookMax.Ticks));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private DateTime Now() => _time.GetUtcNow().UtcDateTime;

    /// <summary>Guarded by the schedule's lock.</summary>
    private sealed class ScheduledReminder(ReminderEntry entry)
    {
        public ReminderEntry Entry { get; set; } = entry;

        /// <summary>Counts updates.</summary>
        public int Version { get; set; }

        public bool IsTicking { get; set; }

        /// <summary>The version that ticks or ticked last.</summary>
        public int TickVersion { get; set; }

        public bool IsRemoved { get; set; }

        public DateTime LastTick { get; set; }

        /// <summary>When a version that was registered in this life ticks first.</summary>
        public DateTime? FirstDue { get; set; }
    }
}
