using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

/// <summary>Classes that decide themselves what interleaves.</summary>
public sealed class InterleavingTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WhatThePredicateAllowsStartsBesideAnUnfinishedRequest()
    {
        var grain = Static("allowed");
        var (ordinary, interleaving) = (new Gate(), new Gate());

        var first = grain.HoldOrdinary(ordinary);
        await ordinary.Reached;
        var second = grain.Hold(interleaving);
        await interleaving.Reached;
        interleaving.Open();
        await second.Soon();

        Assert.False(first.IsCompleted);
        ordinary.Open();
        await first.Soon();
    }

    [Fact]
    public async Task WhatThePredicateDoesNotAllowWaits()
    {
        var grain = Static("refused");
        var (first, second, fence) = (new Gate(), new Gate(), new Gate());

        var holding = grain.HoldOrdinary(first);
        await first.Reached;
        var waiting = grain.HoldOrdinary(second);
        var fencing = grain.Hold(fence);
        await fence.Reached;
        var startedEarly = second.IsReached;
        fence.Open();
        first.Open();
        second.Open();
        await Task.WhenAll(holding, waiting, fencing).Soon();

        Assert.False(startedEarly);
    }

    [Fact]
    public async Task AnInterleavingRequestKeepsNobodyWaiting()
    {
        var grain = Static("behind");
        var (interleaving, ordinary) = (new Gate(), new Gate());

        var first = grain.Hold(interleaving);
        await interleaving.Reached;
        var second = grain.HoldOrdinary(ordinary);
        await ordinary.Reached;
        ordinary.Open();
        await second.Soon();

        Assert.False(first.IsCompleted);
        interleaving.Open();
        await first.Soon();
    }

    [Fact]
    public async Task APredicateOfTheInstanceKnowsStateAndArguments()
    {
        var grain = Instance("favours");
        var (ordinary, other, favoured) = (new Gate(), new Gate(), new Gate());
        var holding = grain.HoldOrdinary(ordinary);
        await ordinary.Reached;

        await grain.Favour("lin").Soon();
        var waiting = grain.HoldNamed("mia", other);
        var passing = grain.HoldNamed("lin", favoured);
        await favoured.Reached;
        var otherStarted = other.IsReached;
        favoured.Open();
        other.Open();
        ordinary.Open();
        await Task.WhenAll(holding, waiting, passing).Soon();

        Assert.False(otherStarted);
    }

    [Fact]
    public async Task AFailingPredicateFailsItsCallAndNoOther()
    {
        var grain = Instance("poisoned");
        var (ordinary, unreached) = (new Gate(), new Gate());
        var holding = grain.HoldOrdinary(ordinary);
        await ordinary.Reached;

        await Assert.ThrowsAnyAsync<Exception>(() => grain.HoldNamed("poison", unreached).Soon());
        ordinary.Open();
        await holding.Soon();

        Assert.False(unreached.IsReached);
    }

    private IInterleavingGrain Static(string key) =>
        _cluster.Client.GetGrain<IInterleavingGrain>(key, typeof(StaticRuleGrain).FullName);

    private IInterleavingGrain Instance(string key) =>
        _cluster.Client.GetGrain<IInterleavingGrain>(key, typeof(InstanceRuleGrain).FullName);
}
