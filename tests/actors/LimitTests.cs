using Engage.Actors.Tests.Grains;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <summary>Timeouts (on the real clock, as Orleans has no other for calls), cancellation and full queues.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 5));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ACallWithoutAnswerTimesOutAndNamesGrainAndMethod()
    {
        var gate = new Gate();
        var call = Grain("silent").HoldShort(gate);
        await gate.Reached;

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());

        Assert.Contains("silent", failure.Message, StringComparison.Ordinal);
        Assert.Contains("HoldShort", failure.Message, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal("silent", await Grain("silent").Name().Soon());
    }

    [Fact]
    public async Task ARequestThatTimedOutWhileWaitingIsNotRun()
    {
        var gate = new Gate();
        var holding = Grain("late").Hold(gate);
        await gate.Reached;
        var waiting = Grain("late").NoteShort();

        await Assert.ThrowsAsync<TimeoutException>(() => waiting.Soon());
        gate.Open();
        await holding.Soon();

        Assert.Equal(0, await Grain("late").CountWhatRan().Soon());
    }

    [Fact]
    public async Task CancellingReachesTheGrainAndTheCaller()
    {
        using var cancellation = new CancellationTokenSource();
        var gate = new Gate();
        var call = Grain("cancelled").WaitFor(gate, cancellation.Token);
        await gate.Reached;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal("cancelled", await Grain("cancelled").Name().Soon());
    }

    [Fact]
    public async Task ACancelledTokenSendsNothing()
    {
        var gate = new Gate();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Grain("unsent").WaitFor(gate, new CancellationToken(canceled: true)));

        await Grain("unsent").Name().Soon();
        Assert.False(gate.IsReached);
    }

    [Fact]
    public async Task AFullQueueIsAnsweredAndDrainsAgain()
    {
        var gate = new Gate();
        var holding = Grain("full").Hold(gate);
        await gate.Reached;

        var notes = Enumerable.Range(0, 20).Select(_ => Grain("full").Note()).ToArray();
        var refused = await Task.WhenAny(notes).Soon();
        gate.Open();
        await holding.Soon();
        await Task.WhenAll(notes.Select(note => note.ContinueWith(_ => { }, TaskScheduler.Default))).Soon();

        await Assert.ThrowsAsync<LimitExceededException>(() => refused);
        var taken = notes.Count(note => note.IsCompletedSuccessfully);
        Assert.InRange(taken, 5, 6);
        Assert.Equal(taken, await Grain("full").CountWhatRan().Soon());
    }

    private ICallGrain Grain(string key) => _cluster.Client.GetGrain<ICallGrain>(key);
}
