using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>
/// What callers hear before the silo runs and when it stops; a cluster's client hears of the network.
/// </summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() =>
        _cluster = await TestSilo.StartAsync(silo => silo.Services.AddSingleton(_diary));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WhatWasAcceptedIsFinishedFirst()
    {
        var gate = new Gate();
        var holding = Grain("busy").Hold(gate);
        await gate.Reached;
        var waiting = Grain("busy").WhoServes();

        var stopping = _cluster.StopAllSilosAsync();
        var stoppedEarly = stopping.IsCompleted;
        gate.Open();
        await Task.WhenAll(holding, waiting, stopping).Soon();

        Assert.False(stoppedEarly);
        Assert.Equal(["activated", "deactivated: ShuttingDown", "disposed"], _diary.Lines);
    }

    [Fact]
    public async Task CallsFromOutsideAreRefusedOnceTheStopBegins()
    {
        var gate = new Gate();
        var holding = Grain("last").Hold(gate);
        await gate.Reached;

        var stopping = _cluster.StopAllSilosAsync();
        var refused = Grain("new").WhoServes();
        gate.Open();
        await Task.WhenAll(holding, stopping).Soon();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => refused.Soon());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain("later").WhoServes().Soon());
    }

    [Fact]
    public async Task AStopThatRunsOutOfTimeAnswersTheCallsThatStillWait()
    {
        var gate = new Gate();
        var call = Grain("stuck").Hold(gate);
        await gate.Reached;
        using var hurry = new CancellationTokenSource();

        var stopping = _cluster.Silos[0].SiloHost.StopAsync(hurry.Token);
        await hurry.CancelAsync();
        await stopping.Soon();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => call.Soon());
        gate.Open();
    }

    [Fact]
    public async Task CallsBeforeTheStartAreRefused()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions.UseOrleans(builder);
        using var host = builder.Build();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICallGrain>("early");

        var failure = await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Name());

        Assert.Contains("startup task", failure.Message, StringComparison.Ordinal);
    }

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);
}
