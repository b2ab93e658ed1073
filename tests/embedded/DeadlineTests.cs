using Engage.Testing;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>The deadlines of calls follow the silo's clock; what is cancelled while it waits never runs.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10)),
        _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ACallWithoutAnswerTimesOutAndNamesGrainAndMethod()
    {
        var gate = new Gate();
        var call = Grain("silent").Hold(gate);
        await gate.Reached;

        AdvanceSeconds(9);
        var early = call.IsCompleted;
        AdvanceSeconds(4);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
        Assert.False(early);
        Assert.Contains("call/silent", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ICallGrain.Hold", failure.Message, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal("silent", await Grain("silent").Name().Soon());
    }

    [Fact]
    public async Task AMethodCanHaveItsOwnTimeout()
    {
        var gate = new Gate();
        var call = Grain("short").HoldShort(gate);
        await gate.Reached;

        AdvanceSeconds(5);

        await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
        gate.Open();
    }

    [Fact]
    public async Task AGrainThatWaitsForItselfTimesOutAndServesAgain()
    {
        var waits = new Gate();
        var call = Grain("cycle").CallItself(waits);
        await waits.Reached;

        AdvanceSeconds(14);

        await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
        Assert.Equal("cycle", await Grain("cycle").Name().Soon());
    }

    [Fact]
    public async Task ARequestThatTimedOutWhileWaitingIsNotRun()
    {
        var gate = new Gate();
        var holding = Grain("late").Hold(gate);
        var waiting = Grain("late").Note();
        await gate.Reached;

        AdvanceSeconds(13);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.Soon());
        await Assert.ThrowsAsync<TimeoutException>(() => holding.Soon());
        gate.Open();

        Assert.Equal(0, await Grain("late").CountWhatRan().Soon());
    }

    [Fact]
    public async Task CancellingACallThatWaitsEndsItAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        var (held, waiting) = (new Gate(), new Gate());
        var holding = Grain("queue").Hold(held);
        var call = Grain("queue").WaitFor(waiting, cancellation.Token);
        await held.Reached;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        held.Open();
        await holding.Soon();
        await Grain("queue").Name().Soon();

        Assert.False(waiting.IsReached);
    }

    [Fact]
    public async Task RequestsOfOneCallerStartInTheOrderOfSending()
    {
        // Orleans promises no order.
        var grain = _cluster.Client.GetGrain<ICounterGrain>("order");

        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => grain.Add(1))).Soon();

        Assert.Equal(Enumerable.Range(1, 2_000), answers);
    }

    private void AdvanceSeconds(int seconds)
    {
        for (var i = 0; i < seconds; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    private ICallGrain Grain(string key) => _cluster.Client.GetGrain<ICallGrain>(key);
}
