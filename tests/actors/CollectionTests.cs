using Engage.Actors.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <remarks>On the real clock and with a short age, for Orleans measures idleness on no other.</remarks>
public sealed class CollectionTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton(_diary);
        silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(250);
            options.CollectionAge = TimeSpan.FromMilliseconds(500);
            options.ClassSpecificCollectionAge[typeof(PatientGrain).FullName!] = TimeSpan.FromHours(1);
        });
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AnIdleActivationIsCollectedAfterItsAge()
    {
        await Grain("idle").WhoServes().Soon();

        await Collected("idle");

        Assert.Equal(["activated", "deactivated: ActivationIdle", "disposed"], _diary.Lines);
    }

    [Fact]
    public async Task DelayedDeactivationOutlastsTheAge()
    {
        var grain = Grain("kept");
        var first = await grain.WhoServes().Soon();
        await grain.Keep(TimeSpan.FromHours(1)).Soon();

        await OthersComeAndGo();

        Assert.Equal(first, await grain.WhoServes().Soon());
    }

    [Theory]
    [InlineData(typeof(ImmortalGrain))]
    [InlineData(typeof(PatientGrain))]
    public async Task AClassCanHaveItsOwnAge(Type grainClass)
    {
        var grain = _cluster.Client.GetGrain<ILifeGrain>("own age", grainClass.FullName);
        var first = await grain.WhoServes().Soon();

        await OthersComeAndGo();

        Assert.Equal(first, await grain.WhoServes().Soon());
    }

    /// <summary>Long enough for whatever can be collected to be collected.</summary>
    private async Task OthersComeAndGo()
    {
        for (var i = 0; i < 3; i++)
        {
            await Grain("other").WhoServes().Soon();
            await Collected("other");
        }
    }

    private Task Collected(string key) => _cluster.WaitForDeactivationAsync(Grain(key)).Soon();

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);
}
