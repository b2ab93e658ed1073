using Engage.Actors.Tests.Grains;
using Engage.Testing;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <remarks>A call after a step of the clock is a fence: the tick was queued before it, so it has run.</remarks>
public sealed class TimerTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(time: _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ItTicksAfterTheDueTimeThenEveryPeriod()
    {
        var grain = await Started("period", new() { DueTime = 3 * Second, Period = Second });

        var ticks = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Second);
            ticks.Add(await grain.Ticks().Soon());
        }

        Assert.Equal([0, 0, 1, 2, 3], ticks);
    }

    [Fact]
    public async Task AnInfinitePeriodMeansOneTick()
    {
        var grain = await Started("once", new() { DueTime = Second, Period = Timeout.InfiniteTimeSpan });

        _time.Advance(Second);
        await grain.Ticks().Soon();
        _time.Advance(10 * Second);

        Assert.Equal(1, await grain.Ticks().Soon());
    }

    [Fact]
    public async Task ATickWaitsForTheRequestUnderWay()
    {
        var grain = await Started("turn", new() { DueTime = Second, Period = Second });
        var (held, tick) = (new Gate(), new Gate());
        await grain.HoldTicks(tick).Soon();
        var holding = grain.Hold(held);
        await held.Reached;

        _time.Advance(Second);
        var fence = grain.Ticks();
        var startedEarly = tick.IsReached;
        held.Open();
        await tick.Reached;
        var requestWaits = !fence.IsCompleted;
        tick.Open();
        await Task.WhenAll(holding, fence).Soon();

        Assert.False(startedEarly);
        Assert.True(requestWaits);
    }

    [Fact]
    public async Task AnInterleavingTickRunsWhileARequestIsUnfinished()
    {
        var grain = await Started("interleave", new() { DueTime = Second, Period = Second, Interleave = true });
        var (held, tick) = (new Gate(), new Gate());
        await grain.HoldTicks(tick).Soon();
        var holding = grain.Hold(held);
        await held.Reached;

        _time.Advance(Second);
        await tick.Reached;

        Assert.False(holding.IsCompleted);
        tick.Open();
        held.Open();
        await holding.Soon();
    }

    [Fact]
    public async Task TicksDoNotOverlapAndThePeriodCountsFromTheEndOfATick()
    {
        var grain = await Started("slow", new() { DueTime = Second, Period = Second, Interleave = true });
        var gate = new Gate();
        await grain.HoldTicks(gate).Soon();

        _time.Advance(Second);
        await gate.Reached;
        _time.Advance(10 * Second);
        var whileHeld = await grain.Ticks().Soon();
        gate.Open();
        await TestSilo.Until(async () =>
        {
            _time.Advance(Second);
            return await grain.Ticks() > 1;
        });

        Assert.Equal(1, whileHeld);
    }

    [Fact]
    public async Task AFailingTickDoesNotEndTheTimer()
    {
        var grain = await Started("fails", new() { DueTime = Second, Period = Second });
        await grain.FailTicks().Soon();

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Second);
            await grain.Ticks().Soon();
        }

        Assert.Equal(3, await grain.Ticks().Soon());
    }

    [Fact]
    public async Task AChangedTimerFollowsItsNewTimes()
    {
        var grain = await Started("change", new() { DueTime = Second, Period = Second });
        await grain.Change(5 * Second, 2 * Second).Soon();

        var ticks = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            _time.Advance(Second);
            ticks.Add(await grain.Ticks().Soon());
        }

        Assert.Equal([0, 0, 0, 0, 1, 1, 2, 2], ticks);
    }

    [Fact]
    public async Task ADisposedTimerStopsAndCancelsItsToken()
    {
        var grain = await Started("stop", new() { DueTime = Second, Period = Second });
        _time.Advance(Second);
        await grain.Ticks().Soon();

        await grain.Stop().Soon();
        _time.Advance(10 * Second);

        Assert.Equal(1, await grain.Ticks().Soon());
        Assert.True(await grain.IsTickTokenCancelled().Soon());
    }

    [Fact]
    public async Task ATimerEndsWithItsActivation()
    {
        var grain = await Started("gone", new() { DueTime = Second, Period = Second });
        await grain.Leave().Soon();
        await grain.Ticks().Soon();

        _time.Advance(10 * Second);

        Assert.Equal(0, await grain.Ticks().Soon());
    }

    private async Task<ITimerGrain> Started(string key, TimerPlan plan)
    {
        var grain = _cluster.Client.GetGrain<ITimerGrain>(key);
        await grain.Start(plan).Soon();
        return grain;
    }
}
