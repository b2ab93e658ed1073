using Engage.Actors.Tests.Grains;
using Engage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class ReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Phase = TimeSpan.FromMilliseconds(300);

    private readonly TickLog _log = new();
    private readonly LastingReminderTable _table = new();
    private readonly FakeTimeProvider _time = new();
    private DateTime _start;
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        await StartSilo();
        // Timers of reminders, and hardly others, are then due at whole minutes of the test's own time.
        _time.Advance(Phase);
        _start = _time.GetUtcNow().UtcDateTime;
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ItTicksAtItsDueTimeThenEveryPeriod()
    {
        await Grain("regular").Register("r", 2 * Minute, 3 * Minute).Soon();

        await AdvanceTo(2, "regular", 1);
        await AdvanceTo(5, "regular", 2);
        await AdvanceTo(8, "regular", 3);

        Assert.Equal([2, 5, 8], MinutesOf("regular"));
        Assert.All(_log.Ticks, tick => Assert.Equal(
            ("r", _start + (2 * Minute), 3 * Minute),
            (tick.Reminder, tick.Status.FirstTickTime, tick.Status.Period)));
    }

    [Fact]
    public async Task ATickActivatesItsGrain()
    {
        var before = await Grain("sleeps").WhoServes().Soon();
        await Grain("sleeps").Register("wake", Minute, Minute).Soon();
        await _cluster.DeactivateAsync(Grain("sleeps")).Soon();

        await AdvanceTo(1, "sleeps", 1);

        Assert.NotEqual(before, await Grain("sleeps").WhoServes().Soon());
    }

    [Fact]
    public async Task ItSurvivesARestartAndKeepsItsSchedule()
    {
        await Grain("lasts").Register("r", Minute, 5 * Minute).Soon();
        await AdvanceTo(1, "lasts", 1);

        await _cluster.DisposeAsync();
        _time.Advance(Minute);
        await StartSilo();
        var names = await Grain("lasts").Names().Soon();
        await AdvanceTo(6, "lasts", 2);

        Assert.Equal(["r"], names);
        Assert.Equal([1, 6], MinutesOf("lasts"));
        Assert.Equal(_start + Minute, _log.Ticks.Last().Status.FirstTickTime);
    }

    [Fact]
    public async Task TicksMissedWhileDownAreOneAndTheScheduleGoesOn()
    {
        await Grain("down").Register("r", Minute, 5 * Minute).Soon();
        await _cluster.DisposeAsync();

        _time.Advance(17 * Minute);
        await StartSilo();
        await Grain("down").Names().Soon();
        await AdvanceTo(21, "down", 1);
        await AdvanceTo(26, "down", 2);

        Assert.Equal([21, 26], MinutesOf("down"));
    }

    [Fact]
    public async Task AFailingTickIsFollowedByTheNext()
    {
        _log.Fail = true;
        await Grain("fails").Register("r", Minute, Minute).Soon();

        await AdvanceTo(1, "fails", 1);
        await AdvanceTo(2, "fails", 2);

        Assert.Equal([1, 2], MinutesOf("fails"));
    }

    [Fact]
    public async Task TicksOfOneReminderDoNotOverlap()
    {
        _log.Hold = new();
        await Grain("held").Register("r", Minute, Minute).Soon();
        await Grain("clock").Register("r", Minute, Minute).Soon();

        await AdvanceUntil("held", 1);
        await AdvanceUntil("clock", 4);
        var whileHeld = _log.CountOf("held");
        _log.Hold.Open();
        await AdvanceUntil("held", 2);

        Assert.Equal(1, whileHeld);
    }

    [Fact]
    public async Task AnUpdateTakesEffectAtOnce()
    {
        await Grain("updated").Register("r", 30 * Minute, 30 * Minute).Soon();

        await Grain("updated").Register("r", 2 * Minute, 4 * Minute).Soon();
        await AdvanceTo(2, "updated", 1);
        await AdvanceTo(6, "updated", 2);

        Assert.Equal([2, 6], MinutesOf("updated"));
        Assert.Equal(["r"], await Grain("updated").Names().Soon());
    }

    [Fact]
    public async Task AnUnregisteredReminderTicksNoMore()
    {
        await Grain("ends").Register("r", Minute, Minute).Soon();
        await AdvanceTo(1, "ends", 1);

        await Grain("ends").Unregister("r").Soon();
        await Grain("clock").Register("r", Minute, Minute).Soon();
        await AdvanceUntil("clock", 4);

        Assert.Equal([1], MinutesOf("ends"));
        Assert.Null(await Grain("ends").Find("r").Soon());
    }

    [Fact]
    public async Task AReminderRegisteredAnewIsNotUnregisteredByItsOldHandle()
    {
        await Grain("stale").Register("r", Minute, Minute).Soon();

        Assert.False(await Grain("stale").UnregisterStale("r").Soon());
        Assert.Equal("r", await Grain("stale").Find("r").Soon());
    }

    [Fact]
    public async Task RemindersAreListedByTheirGrain()
    {
        await Grain("lists").Register("a", Minute, Minute).Soon();
        await Grain("lists").Register("b", Minute, Minute).Soon();
        await Grain("another").Register("c", Minute, Minute).Soon();

        Assert.Equal(["a", "b"], await Grain("lists").Names().Soon());
    }

    [Fact]
    public async Task AGrainThatIsNotRemindableCannotRegister()
    {
        var grain = _cluster.Client.GetGrain<IForgetfulGrain>("not remindable");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Register().Soon());

        Assert.Contains(nameof(IRemindable), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 59)]
    [InlineData(1, -1)]
    [InlineData(-1, 60)]
    public async Task TimesThatCannotBeAreRefused(int dueSeconds, int periodSeconds) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain("refused")
            .Register("r", TimeSpan.FromSeconds(dueSeconds), TimeSpan.FromSeconds(periodSeconds)).Soon());

    private async Task StartSilo() => _cluster = await TestSilo.StartAsync(
        silo =>
        {
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable>(_table);
            silo.Services.AddSingleton(_log);
        },
        _time);

    /// <summary>Advances when the next tick is armed, which an engine does in its own time, and awaits ticks.</summary>
    private async Task AdvanceTo(int minute, string grain, int ticks)
    {
        var target = _start + (minute * Minute);
        await TestSilo.Until(() => Task.FromResult(_time.DueTimes.Any(due => IsOfReminder(due, target))));
        while (_time.GetUtcNow().UtcDateTime < target)
            _time.Advance(Minute);
        await _log.Reaches(grain, ticks);
    }

    private bool IsOfReminder(DateTimeOffset due, DateTime target) =>
        due > _time.GetUtcNow() && due <= target && (due.UtcDateTime - _start).Ticks % Minute.Ticks == 0;

    private Task AdvanceUntil(string grain, int ticks) => TestSilo.Until(() =>
    {
        _time.Advance(Minute / 4);
        return Task.FromResult(_log.CountOf(grain) >= ticks);
    });

    /// <summary>When the ticks of a grain came, in whole minutes of the test's time.</summary>
    private int[] MinutesOf(string grain) =>
    [
        .. _log.Ticks
            .Where(tick => tick.Grain == grain)
            .Select(tick => (int)(tick.Status.CurrentTickTime - _start).TotalMinutes),
    ];

    private IReminderGrain Grain(string key) => _cluster.Client.GetGrain<IReminderGrain>(key);
}
