using Engage.Embedded.Runtime;
using Engage.Embedded.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>What becomes of calls, and of memory, when activations go.</summary>
public sealed class LeavingTests : IAsyncLifetime
{
    private const int WaitingMax = 20;

    private readonly Notes _notes = new();
    private readonly LogLines _log = new();
    private InProcessTestCluster _cluster = null!;

    private string[] Drops => Array.FindAll(
        _log.All, line => line.Contains("one-way calls were not delivered", StringComparison.Ordinal));

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton(_notes);
        silo.ConfigureLogging(logging => logging.AddProvider(_log.ToProvider()));
        silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = WaitingMax);
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WhatWaitedIsServedFirstAndInItsOrder()
    {
        var gate = new Gate();
        var grain = Grain<LeavingGrain>("order");
        await grain.Leave(gate).Soon();
        await gate.Reached;

        var calls = Enumerable.Range(0, 10).Select(grain.Add).ToList();
        gate.Open();
        calls.AddRange(Enumerable.Range(10, 10).Select(grain.Add));
        await Task.WhenAll(calls).Soon();

        Assert.Equal(Enumerable.Range(0, 20), _notes.All);
    }

    [Fact]
    public async Task ACallThatNoActivationServesIsRejectedAfterThreeOfThem()
    {
        var failure = await Assert.ThrowsAsync<OrleansMessageRejectionException>(
            () => Grain<FleetingGrain>("fleeting").Add(1).Soon());

        Assert.Contains("left 3 times", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_notes.All);
    }

    [Fact]
    public async Task AOneWayCallThatNoActivationServesIsLogged()
    {
        await Grain<FleetingGrain>("silent").Send(1).Soon();
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(
            () => Grain<FleetingGrain>("silent").Add(2).Soon());

        Assert.Contains("ILeavingGrain.Send of fleeting/silent", Assert.Single(Drops), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneWayCallsToAFullQueueAreDroppedAndLoggedAndNeverFailAtTheSender()
    {
        var gate = new Gate();
        var grain = Grain<LeavingGrain>("full");
        var holding = grain.Hold(gate);
        await gate.Reached;

        for (var i = 0; i < WaitingMax + 5; i++)
            await grain.Send(i).Soon();
        gate.Open();
        await holding.Soon();
        while (_notes.All.Length < WaitingMax) await Task.Yield();
        await grain.Add(100).Soon();

        Assert.Equal([.. Enumerable.Range(0, WaitingMax), 100], _notes.All);
        Assert.Contains("ILeavingGrain.Send of leaving/full", Drops[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnActivationThatLeftKeepsNeitherGrainNorScope()
    {
        var gate = new Gate();
        gate.Open();
        var grain = Grain<LeavingGrain>("released");
        var gone = (await grain.Reference().Soon()).Value;

        await grain.Leave(gate).Soon();
        await grain.Add(1).Soon();

        await TestSilo.Until(() =>
        {
            GC.Collect();
            return Task.FromResult(!gone.IsAlive);
        });
        GC.KeepAlive(grain);
    }

    [Fact]
    public async Task APoolWhoseWorkersLeftIsForgottenAndComesBack()
    {
        var gate = new Gate();
        gate.Open();
        var grain = Grain<LeavingWorkerGrain>("pool");
        var grainClass = _cluster.GetSiloServiceProvider().GetRequiredService<Silo>().References
            .ClassOf(grain.GetGrainId().Type);

        await grain.Leave(gate).Soon();
        await TestSilo.Until(() => Task.FromResult(grainClass.PoolCount == 0));
        var answer = await grain.Add(7).Soon();

        Assert.Equal(7, answer);
        Assert.Equal(1, grainClass.PoolCount);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20261122)]
    public async Task WorkersThatComeAndGoLoseNoCall(int seed)
    {
        var random = new Random(seed);
        var gate = new Gate();
        gate.Open();

        var calls = Enumerable.Range(0, 300).Select(i => random.Next(5) == 0
            ? ServedAsync(() => Grain<LeavingWorkerGrain>($"{i % 3}").Leave(gate))
            : ServedAsync(() => Grain<LeavingWorkerGrain>($"{i % 3}").Add(i))).ToArray();
        await Task.WhenAll(calls).Soon();

        Assert.Equal(_notes.All.Length, _notes.All.Distinct().Count());
        Assert.InRange(_notes.All.Length, 200, 300);
    }

    private static async Task ServedAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (LimitExceededException)
            {
                await Task.Yield();
            }
        }
    }

    private ILeavingGrain Grain<TGrain>(string key) =>
        _cluster.Client.GetGrain<ILeavingGrain>(key, typeof(TGrain).FullName);
}
