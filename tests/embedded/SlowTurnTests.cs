using Engage.Embedded.Tests.Grains;
using Engage.Testing;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>Turns that hold a thread are reported.</summary>
public sealed class SlowTurnTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo =>
        {
            silo.ConfigureLogging(logging => logging.AddProvider(_log.ToProvider()));
            silo.Configure<SchedulingOptions>(
                options => options.TurnWarningLengthThreshold = TimeSpan.FromMilliseconds(400));
        },
        _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ATurnThatNeverEndsIsReportedWhileItRunsEachTimeItsLengthHasDoubled()
    {
        var obstacle = new Obstacle();
        var call = Grain("never").Block(obstacle);
        await obstacle.Reached;

        Advance(3_000);

        var reports = _log.All;
        Assert.Equal(3, reports.Length);
        Assert.All(reports, report =>
        {
            Assert.Contains("A turn of blocking/never holds its thread", report, StringComparison.Ordinal);
            Assert.Contains("IBlockingGrain.Block of blocking/never", report, StringComparison.Ordinal);
        });
        obstacle.Open();
        await call.Soon();
    }

    [Fact]
    public async Task TheEndOfASlowTurnIsReportedWithItsLength()
    {
        var obstacle = new Obstacle();
        var call = Grain("ends").Block(obstacle);
        await obstacle.Reached;
        Advance(700);

        obstacle.Open();
        await call.Soon();
        await Grain("ends").Wait(OpenGate()).Soon();

        var report = Assert.Single(_log.All, line => line.StartsWith("The slow turn", StringComparison.Ordinal));
        Assert.Contains("blocking/ends", report, StringComparison.Ordinal);
        Assert.Contains("00:00:00.6", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CodeAfterAnAwaitIsATurnToo()
    {
        var obstacle = new Obstacle();
        var call = Grain("later").BlockAfterAnAwait(obstacle);
        await obstacle.Reached;

        Advance(700);

        Assert.Contains(
            "IBlockingGrain.BlockAfterAnAwait of blocking/later", Assert.Single(_log.All), StringComparison.Ordinal);
        obstacle.Open();
        await call.Soon();
    }

    [Fact]
    public async Task WaitingIsNotASlowTurn()
    {
        var gate = new Gate();
        var call = Grain("waits").Wait(gate);
        await gate.Reached;

        Advance(3_000);
        gate.Open();
        await call.Soon();

        Assert.Empty(_log.All);
    }

    private static Gate OpenGate()
    {
        var gate = new Gate();
        gate.Open();
        return gate;
    }

    private void Advance(int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += 100)
            _time.Advance(TimeSpan.FromMilliseconds(100));
    }

    private IBlockingGrain Grain(string key) => _cluster.Client.GetGrain<IBlockingGrain>(key);
}
