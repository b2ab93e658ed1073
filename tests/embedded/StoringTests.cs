using Engage.Embedded.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>What a state that was stored still holds.</summary>
public sealed class StoringTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(silo =>
        silo.Services.AddKeyedSingleton<IGrainStorage>(LateStorage.Name, new LateStorage()));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AWriteThatIsOverIsNotKept()
    {
        var grain = _cluster.Client.GetGrain<IStoringGrain>("one");

        var write = (await grain.Store().Soon()).Value;

        await TestSilo.Until(() =>
        {
            GC.Collect();
            return Task.FromResult(!write.IsAlive);
        });
        GC.KeepAlive(grain);
    }
}
