using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <summary>Calls that come back to a grain that waits for them.</summary>
public sealed class CallChainTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ByDefaultACallThatComesBackWaitsUntilTheTimeout() =>
        await Assert.ThrowsAsync<TimeoutException>(() => Grain("d-1").Walk([new("d-2"), new("d-1")]).Soon());

    [Fact]
    public async Task AnAllowedCallComesBack() =>
        Assert.Equal(2, await Grain("a-1").Walk([new("a-2", ChainRule.Allow), new("a-1")]).Soon());

    [Fact]
    public async Task TheAllowanceTravelsThroughTheWholeChain() => Assert.Equal(
        4, await Grain("w-1").Walk([new("w-2", ChainRule.Allow), new("w-3"), new("w-4"), new("w-1")]).Soon());

    [Fact]
    public async Task AGrainMayCallItselfWithinAnAllowance() =>
        Assert.Equal(2, await Grain("s-1").Walk([new("s-1", ChainRule.Allow), new("s-1")]).Soon());

    [Fact]
    public async Task ASuppressedChainDoesNotComeBack() => await Assert.ThrowsAsync<TimeoutException>(
        () => Grain("u-1").Walk([new("u-2", ChainRule.Allow), new("u-1", ChainRule.Suppress)]).Soon());

    [Fact]
    public async Task AnAllowanceOpensOnlyTheGrainThatGaveIt() => await Assert.ThrowsAsync<TimeoutException>(
        () => Grain("o-1").Walk([new("o-2"), new("o-1", ChainRule.Allow)]).Soon());

    [Fact]
    public async Task AnAllowanceEndsWithItsSection() => await Assert.ThrowsAsync<TimeoutException>(
        () => Grain("e-1").WalkAfterASection([new("e-2"), new("e-1")]).Soon());

    [Fact]
    public async Task CallsOfOtherChainsStillWait()
    {
        var gate = new Gate();
        var holding = Grain("other").HoldAllowing(gate);
        await gate.Reached;

        var outside = Grain("other").Walk([]);
        var reader = Grain("other-2").ReentrancyIdBehind(ChainRule.Allow, "other");
        await Grain("fence").Walk([new("fence-2")]).Soon();
        var early = outside.IsCompleted || reader.IsCompleted;
        gate.Open();
        await Task.WhenAll(holding, outside, reader).Soon();

        Assert.False(early);
    }

    [Fact]
    public async Task TheReentrancyIdIsThereOnlyWhileAllowed()
    {
        Assert.Equal(Guid.Empty, await Grain("id-1").ReentrancyIdBehind(ChainRule.Plain, "id-2").Soon());
        Assert.NotEqual(Guid.Empty, await Grain("id-1").ReentrancyIdBehind(ChainRule.Allow, "id-2").Soon());
        Assert.Equal(Guid.Empty, await Grain("id-1").ReentrancyIdBehind(ChainRule.Suppress, "id-2").Soon());
    }

    private IChainGrain Grain(string key) => _cluster.Client.GetGrain<IChainGrain>(key);
}
