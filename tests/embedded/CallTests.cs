using Engage.Embedded.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder().Build();

    public Task InitializeAsync() => _cluster.DeployAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task StateBelongsToTheKey()
    {
        var one = _cluster.Client.GetGrain<ICounterGrain>("one");
        var two = _cluster.Client.GetGrain<ICounterGrain>("two");

        await one.Add(2);
        await two.Add(5);
        await one.Add(1);

        Assert.Equal(3, await one.Get());
        Assert.Equal(5, await _cluster.Client.GetGrain<ICounterGrain>("two").Get());
    }

    [Fact]
    public async Task ExceptionsCrossWithTypeMessageAndStack()
    {
        var grain = _cluster.Client.GetGrain<ICounterGrain>("fails");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Fail("no such lecture"));

        Assert.Equal("no such lecture", exception.Message);
        Assert.Contains(nameof(CounterGrain), exception.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeactivatedGrainStartsAfresh()
    {
        var grain = _cluster.Client.GetGrain<ICounterGrain>("again");
        await grain.Add(1);

        await grain.Deactivate();

        Assert.Equal(0, await grain.Get());
    }
}
