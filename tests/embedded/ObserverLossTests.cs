using System.Collections.Concurrent;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>
/// Notifications keep their order, the queue of an observer is bounded, and a deleted one fails at once. Orleans
/// promises no order and leaves the other two to time.
/// </summary>
public sealed class ObserverLossTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 100));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ASlowObserverNeitherBlocksTheGrainNorStays()
    {
        using var slow = new Listener();
        await Studio.Subscribe(_cluster.Client.CreateObjectReference<IStudioObserver>(slow)).Soon();

        var observers = 1;
        for (var i = 0; i < 200 && observers > 0; i++)
            observers = await Studio.Say(i).Soon();

        Assert.Equal(0, observers);
        slow.Release();
    }

    [Fact]
    public async Task ADeletedObserverIsDroppedWhenItFailsToAnswer()
    {
        using var listener = new Listener();
        var reference = _cluster.Client.CreateObjectReference<IStudioObserver>(listener);
        await Studio.Subscribe(reference).Soon();

        _cluster.Client.DeleteObjectReference<IStudioObserver>(reference);
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => reference.Asked("still there?").Soon());
        var answers = await Studio.Ask("anyone?").Soon();

        Assert.Equal("", answers);
        Assert.Equal(0, await Studio.Say(1).Soon());
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task AnObserverHearsInTheOrderOfSending()
    {
        using var listener = new Listener();
        listener.Release();
        await Studio.Subscribe(_cluster.Client.CreateObjectReference<IStudioObserver>(listener)).Soon();

        for (var i = 0; i < 50; i++)
            await Studio.Say(i).Soon();
        await Studio.Ask("all heard?").Soon();

        Assert.Equal(Enumerable.Range(0, 50), listener.Heard);
    }

    private IStudioGrain Studio => _cluster.Client.GetGrain<IStudioGrain>("studio");

    private sealed class Listener : IStudioObserver, IDisposable
    {
        private readonly ManualResetEventSlim _block = new();

        public ConcurrentQueue<int> Heard { get; } = new();

        public void Said(int number)
        {
            _block.Wait();
            Heard.Enqueue(number);
        }

        public Task<string> Asked(string question) => Task.FromResult(question);

        public void Release() => _block.Set();

        public void Dispose() => _block.Dispose();
    }
}
