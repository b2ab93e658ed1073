using Engage.Embedded.Tests.Grains;
using Engage.Testing;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>Calls that wait for themselves are named while they wait, and when they end.</summary>
public sealed class DeadlockTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly Gate _sent = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await StartAsync(DeadlockDetection.Report);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AChainThatComesBackIsReportedWithGrainsAndMethods()
    {
        var call = Grain("a").Visit(["b", "c", "a"], _sent);
        await _sent.Reached;

        AdvanceSeconds(3);

        var report = Assert.Single(Reports);
        Assert.Contains(
            "IVisitGrain.Visit of visit/a -> Engage.Embedded.Tests.Grains.IVisitGrain.Visit of visit/b -> ",
            report,
            StringComparison.Ordinal);
        await EndAsync(call);
    }

    [Fact]
    public async Task TheTimeoutNamesTheCycle()
    {
        var call = Grain("a").Visit(["b", "a"], _sent);
        await _sent.Reached;

        var failure = await EndAsync(call);

        Assert.Contains("Deadlock: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("visit/b, which calls", failure.Message, StringComparison.Ordinal);
        Assert.Contains("which waits behind", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoChainsThatWaitForEachOtherAreReportedOnce()
    {
        var (firstStart, secondStart, firstSent) = (new Gate(), new Gate(), new Gate());
        var first = Grain("a").VisitAfter(firstStart, ["b"], firstSent);
        var second = Grain("b").VisitAfter(secondStart, ["a"], _sent);
        await firstStart.Reached;
        await secondStart.Reached;

        firstStart.Open();
        secondStart.Open();
        await firstSent.Reached;
        await _sent.Reached;
        AdvanceSeconds(3);

        Assert.Single(Reports);
        await EndAsync(first);
        await Assert.ThrowsAsync<TimeoutException>(() => second.Soon());
    }

    [Fact]
    public async Task ATickThatWaitsForItsOwnGrainIsReported()
    {
        await Grain("ticking").VisitByTimer(["b", "ticking"], _sent).Soon();
        _time.Advance(TimeSpan.Zero);
        await _sent.Reached;

        AdvanceSeconds(3);

        Assert.Contains("a timer of visit/ticking", Assert.Single(Reports), StringComparison.Ordinal);
        AdvanceSeconds(13);
    }

    [Fact]
    public async Task AnActivationThatWaitsForItselfIsReported()
    {
        var call = Grain("eager").Visit([], _sent);
        await EagerVisitGrain.Sent.Reached;

        AdvanceSeconds(3);

        Assert.Contains("eagervisit/eager", Assert.Single(Reports), StringComparison.Ordinal);
        await EndAsync(call);
    }

    [Fact]
    public async Task AChainThroughAReentrantGrainIsReported()
    {
        var call = Grain("a").Visit(["re", "a"], _sent);
        await _sent.Reached;

        AdvanceSeconds(3);

        Assert.Single(Reports);
        await EndAsync(call);
    }

    [Fact]
    public async Task ASlowGrainIsNoDeadlock()
    {
        var gate = new Gate();
        var holding = Grain("slow").VisitAfter(gate, [], _sent);
        await gate.Reached;
        var waiting = Grain("a").Visit(["slow"], _sent);
        await _sent.Reached;

        AdvanceSeconds(5);
        gate.Open();
        await Task.WhenAll(holding, waiting).Soon();

        Assert.Empty(Reports);
    }

    [Fact]
    public async Task AFreeWorkerIsNoDeadlock()
    {
        await Grain("pool").Visit(["pool"], _sent).Soon();

        AdvanceSeconds(3);

        Assert.Empty(Reports);
    }

    [Fact]
    public async Task AChainThatTakesAllWorkersIsReported()
    {
        var call = Grain("pool").Visit(["pool", "pool"], _sent);
        await _sent.Reached;

        AdvanceSeconds(3);

        Assert.Single(Reports);
        await EndAsync(call);
    }

    [Fact]
    public async Task DetectionCanFailTheCallAtOnce()
    {
        await using var cluster = await StartAsync(DeadlockDetection.Fail);
        var grain = cluster.Client.GetGrain<IVisitGrain>("a", VisitGrain.ClassOf("a"));
        var call = grain.Visit(["b", "a"], _sent);
        await _sent.Reached;

        AdvanceSeconds(3);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
        Assert.Contains("waits for itself", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallThatNobodyAwaitsIsServedAllTheSame()
    {
        var hold = new Gate();
        var call = Grain("a").VisitWithoutWaiting(["a"], _sent, hold);
        await _sent.Reached;

        AdvanceSeconds(3);
        hold.Open();
        await call.Soon();

        await Grain("a").Visit([], _sent).Soon();
    }

    private string[] Reports => _log.StartingWith("Deadlock: ");

    private Task<InProcessTestCluster> StartAsync(DeadlockDetection detection) => TestSilo.StartAsync(
        silo =>
        {
            silo.ConfigureLogging(logging => logging.AddProvider(_log.ToProvider()));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
            silo.Configure<DeadlockOptions>(options => options.Detection = detection);
        },
        _time);

    private async Task<TimeoutException> EndAsync(Task call)
    {
        AdvanceSeconds(13);
        return await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
    }

    private void AdvanceSeconds(int seconds)
    {
        for (var i = 0; i < seconds; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    private IVisitGrain Grain(string key) => _cluster.Client.GetGrain<IVisitGrain>(key, VisitGrain.ClassOf(key));
}
