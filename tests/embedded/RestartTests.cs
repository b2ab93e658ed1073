using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>The test cluster's silo can stop, die and come back, with what the test keeps outside of it.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() =>
        _cluster = await TestSilo.StartAsync(silo => silo.Services.AddSingleton(_diary));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ARestartedSiloIsAnotherWithTheSameSetting()
    {
        var first = _cluster.Silos.Single();
        await Grain.WhoServes().Soon();

        var second = await _cluster.RestartSiloAsync(first).Soon();
        await Grain.WhoServes().Soon();

        Assert.NotSame(first, second);
        Assert.False(first.IsActive);
        Assert.Same(second, _cluster.Silos.Single());
        Assert.Equal(["activated", "deactivated: ShuttingDown", "disposed", "activated"], _diary.Lines);
    }

    [Fact]
    public async Task AKilledSiloGivesNoGrainALastTurn()
    {
        await Grain.WhoServes().Soon();

        await _cluster.KillSiloAsync(_cluster.Silos.Single()).Soon();

        Assert.Empty(_cluster.Silos);
        Assert.Equal(["activated"], _diary.Lines);
    }

    [Fact]
    public async Task StartupTasksRunInTheOrderOfTheirStages()
    {
        var order = new List<string>();
        await using var cluster = await TestSilo.StartAsync(silo => silo
            .AddStartupTask((_, _) => Note("late"), ServiceLifecycleStage.Last)
            .AddStartupTask((_, _) => Note("active"))
            .AddStartupTask((_, _) => Note("early"), ServiceLifecycleStage.ApplicationServices));

        Assert.Equal(["early", "active", "late"], order);

        Task Note(string name)
        {
            order.Add(name);
            return Task.CompletedTask;
        }
    }

    private ILifeGrain Grain => _cluster.Client.GetGrain<ILifeGrain>("restarts", typeof(LifeGrain).FullName);
}
