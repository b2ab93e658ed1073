using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>The queue of an observer is bounded, which Orleans leaves to the network.</summary>
public sealed class ObserverBoundTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 100));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ASlowObserverNeitherBlocksTheGrainNorStays()
    {
        var studio = _cluster.Client.GetGrain<IStudioGrain>("studio");
        using var slow = new Listener();
        await studio.Subscribe(_cluster.Client.CreateObjectReference<IStudioObserver>(slow)).Soon();

        var observers = 1;
        for (var i = 0; i < 200 && observers > 0; i++)
            observers = await studio.Say(i).Soon();

        Assert.Equal(0, observers);
        slow.Release();
    }

    private sealed class Listener : IStudioObserver, IDisposable
    {
        private readonly ManualResetEventSlim _block = new();

        public void Said(int number) => _block.Wait();

        public Task<string> Asked(string question) => Task.FromResult(question);

        public void Release() => _block.Set();

        public void Dispose() => _block.Dispose();
    }
}
