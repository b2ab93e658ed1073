using Engage.Actors.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() =>
        _cluster = await TestSilo.StartAsync(silo => silo.Services.AddSingleton(_diary));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task EveryGrainIsDeactivated()
    {
        for (var i = 0; i < 20; i++)
            await Grain($"{i}").WhoServes().Soon();

        await _cluster.StopAllSilosAsync().Soon();

        Assert.Equal(20, _diary.Lines.Count(line => line == "deactivated: ShuttingDown"));
        Assert.Equal(20, _diary.Lines.Count(line => line == "disposed"));
    }

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);
}
