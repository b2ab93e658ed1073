using Engage.Embedded.Reminders;
using Engage.Testing;

namespace Engage.Embedded.Tests;

/// <summary>One queue and one timer for all reminders, and a bound on ticks under way.</summary>
public sealed class ReminderScheduleTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ReminderSchedule _schedule;
    private readonly List<string> _ticks = [];

    public ReminderScheduleTests() => _schedule = new(_time);

    public void Dispose() => _schedule.Dispose();

    [Fact]
    public void ManyRemindersNeedOneTimer()
    {
        _schedule.Start(Tick);

        for (var i = 0; i < 10_000; i++)
            _schedule.Set(Entry($"{i}", (i % 60) * Minute));

        Assert.Single(_time.DueTimes);
        _time.Advance(59 * Minute);
        Assert.Equal(10_000, _ticks.Count);
    }

    [Fact]
    public async Task TicksUnderWayAreBoundedAndTheRestFollows()
    {
        var gate = new TaskCompletionSource();
        var started = 0;
        _schedule.Start(async _ =>
        {
            Interlocked.Increment(ref started);
            await gate.Task;
        });
        for (var i = 0; i < ReminderSchedule.TicksUnderWayMax + 10; i++)
            _schedule.Set(Entry($"{i}", Minute));

        _time.Advance(Minute);
        var whileHeld = started;
        gate.SetResult();

        Assert.Equal(ReminderSchedule.TicksUnderWayMax, whileHeld);
        await TestSilo.Until(() => Task.FromResult(
            Volatile.Read(ref started) == ReminderSchedule.TicksUnderWayMax + 10));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20261122)]
    public void UpdatesAndRemovalsLeaveNothingBehindThatTicks(int seed)
    {
        var random = new Random(seed);
        var present = new HashSet<string>();
        _schedule.Start(Tick);

        for (var i = 0; i < 20_000; i++)
        {
            var name = $"{random.Next(50)}";
            if (random.Next(3) > 0)
            {
                _schedule.Set(Entry(name, Minute));
                present.Add(name);
            }
            else
            {
                _schedule.Remove(Entry(name, default).GrainId, name);
                present.Remove(name);
            }
        }

        _time.Advance(Minute);

        Assert.Equal(present.Order(), _ticks.Order());
        Assert.Equal(present.Count, _schedule.Count);
    }

    [Fact]
    public async Task AReminderRemovedAndRegisteredAnewWhileItTicksDoesNotTickBesideItself()
    {
        var gate = new TaskCompletionSource();
        _schedule.Start(entry =>
        {
            _ticks.Add(entry.ReminderName);
            return gate.Task;
        });
        _schedule.Set(Entry("r", Minute));
        _time.Advance(Minute);

        _schedule.Remove(Entry("r", default).GrainId, "r");
        _schedule.Set(Entry("r", Minute));
        _time.Advance(5 * Minute);
        var whileHeld = _ticks.Count;
        gate.SetResult();

        Assert.Equal(1, whileHeld);
        await TestSilo.Until(() =>
        {
            _time.Advance(Minute);
            return Task.FromResult(_ticks.Count > 1);
        });
    }

    [Fact]
    public async Task StoppingWaitsForTicksUnderWayAndStartsNoMore()
    {
        var gate = new TaskCompletionSource();
        _schedule.Start(entry =>
        {
            _ticks.Add(entry.ReminderName);
            return gate.Task;
        });
        _schedule.Set(Entry("r", Minute));
        _time.Advance(Minute);

        var stopping = _schedule.StopAsync();
        var stoppedEarly = stopping.IsCompleted;
        gate.SetResult();
        await stopping.Soon();
        _time.Advance(60 * Minute);

        Assert.False(stoppedEarly);
        Assert.Single(_ticks);
    }

    private Task Tick(ReminderEntry entry)
    {
        _ticks.Add(entry.ReminderName);
        return Task.CompletedTask;
    }

    private ReminderEntry Entry(string name, TimeSpan due) => new()
    {
        GrainId = GrainId.Create("reminded", name),
        ReminderName = name,
        StartAt = _time.GetUtcNow().UtcDateTime + due,
        Period = TimeSpan.FromHours(1),
    };
}
