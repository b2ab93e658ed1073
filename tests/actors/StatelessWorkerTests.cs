using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class StatelessWorkerTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task WorkersGrowWhileBusyUpToTheMaximum()
    {
        var gates = Enumerable.Range(0, 5).Select(_ => new Gate()).ToArray();

        var calls = gates.Select(gate => Worker.Hold(gate)).ToArray();
        // Which three is the engine's choice.
        await TestSilo.Until(() => Task.FromResult(gates.Count(gate => gate.IsReached) >= 3));
        var started = gates.Count(gate => gate.IsReached);
        foreach (var gate in gates)
            gate.Open();
        var workers = await Task.WhenAll(calls).Soon();

        Assert.Equal(3, started);
        Assert.Equal(3, workers.Distinct().Count());
    }

    [Fact]
    public async Task ARequestThatWaitsTakesTheFirstWorkerThatIsFree()
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new Gate()).ToArray();
        var calls = gates.Select(gate => Worker.Hold(gate)).ToArray();
        await Task.WhenAll(gates.Select(gate => gate.Reached));

        var waiting = Worker.WhoServes();
        var early = waiting.IsCompleted;
        gates[1].Open();

        Assert.False(early);
        Assert.Equal(await calls[1].Soon(), await waiting.Soon());
        gates[0].Open();
        gates[2].Open();
    }

    [Fact]
    public async Task AnIdleWorkerIsUsedAgain()
    {
        var first = await Worker.WhoServes().Soon();
        var second = await Worker.WhoServes().Soon();

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task AReentrantWorkerTakesMoreWhileItWaits()
    {
        var gate = new Gate();
        var worker = _cluster.Client.GetGrain<IReentrantWorkerGrain>("work");
        var held = worker.Hold(gate);
        await gate.Reached;

        // Only the held call's own worker can open its gate.
        await worker.Open(gate).Soon();

        await held.Soon();
    }

    private IWorkerGrain Worker => _cluster.Client.GetGrain<IWorkerGrain>("work");
}
