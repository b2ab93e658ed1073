using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class TurnTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>Each call comes just as the actor is about to rest: it must not be overlooked.</summary>
    [Fact]
    public async Task ACallThatComesWhileTheActorFallsAsleepWakesIt()
    {
        const int calls = 200_000;
        var counter = _cluster.Client.GetGrain<ICounterGrain>("restless");
        var sum = 0;

        for (var i = 0; i < calls; i++) sum = await counter.Add(1);

        Assert.Equal(calls, sum);
    }

    [Fact]
    public async Task AnAwaitDoesNotStartTheNextRequest()
    {
        var grain = Plain("await");
        var (first, second) = (new Gate(), new Gate());

        var firstCall = grain.Hold(first);
        var secondCall = grain.Hold(second);
        await first.Reached;
        var unfinished = await grain.CountUnfinished();
        var secondStartedEarly = second.IsReached;
        first.Open();
        await second.Reached;
        second.Open();
        await Task.WhenAll(firstCall, secondCall).Soon();

        Assert.Equal(1, unfinished);
        Assert.False(secondStartedEarly);
    }

    [Fact]
    public async Task RequestsOfAReentrantGrainInterleave()
    {
        var grain = Reentrant("interleaves");
        var (first, second) = (new Gate(), new Gate());

        var firstCall = grain.Hold(first);
        var secondCall = grain.Hold(second);
        await first.Reached;
        await second.Reached;
        second.Open();
        await secondCall.Soon();

        Assert.False(firstCall.IsCompleted);
        first.Open();
        await firstCall.Soon();
    }

    [Fact]
    public async Task AnAlwaysInterleavingMethodRunsWhileAnotherIsUnfinished()
    {
        var grain = Plain("always");
        var gate = new Gate();
        var call = grain.Hold(gate);
        await gate.Reached;

        var unfinished = await grain.CountUnfinished().Soon();

        Assert.Equal(1, unfinished);
        gate.Open();
        await call.Soon();
    }

    [Fact]
    public async Task ReadOnlyRequestsInterleaveWithEachOtherButNotWithAWrite()
    {
        var grain = Plain("readers");
        var (read, write, secondRead) = (new Gate(), new Gate(), new Gate());

        var reading = grain.HoldReading(read);
        await read.Reached;
        var writing = grain.Hold(write);
        var readingToo = grain.HoldReading(secondRead);
        await secondRead.Reached;
        var writeStartedEarly = write.IsReached;
        read.Open();
        secondRead.Open();
        await write.Reached;
        write.Open();
        await Task.WhenAll(reading, writing, readingToo).Soon();

        Assert.False(writeStartedEarly);
    }

    [Fact]
    public async Task CodeAfterAnAwaitRunsOnTheActivationsScheduler() =>
        Assert.True(await Plain("scheduler").IsOnTurnAfterAwaits().Soon());

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public async Task TurnsOfOneActivationNeverRunInParallel(int seed)
    {
        var random = new Random(seed);
        var grains = Enumerable.Range(0, 4).Select(i => Reentrant($"churn-{seed}-{i}")).ToArray();

        var calls = Enumerable.Range(0, 200)
            .Select(_ => grains[random.Next(grains.Length)].Churn(random.Next(), random.Next(1, 20)))
            .ToArray();

        await Task.WhenAll(calls).Soon();
    }

    private ITurnGrain Plain(string key) => _cluster.Client.GetGrain<ITurnGrain>(key, typeof(PlainTurnGrain).FullName);

    private ITurnGrain Reentrant(string key) =>
        _cluster.Client.GetGrain<ITurnGrain>(key, typeof(ReentrantTurnGrain).FullName);
}
