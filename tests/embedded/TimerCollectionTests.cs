using Engage.Testing;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

public sealed class TimerCollectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5)),
        _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task TicksKeepAnActivationOnlyWhenAskedTo()
    {
        var kept = await Started("kept", new() { DueTime = Second, Period = 30 * Second, KeepAlive = true });
        var left = await Started("left", new() { DueTime = Second, Period = 30 * Second });

        for (var i = 0; i < 20; i++)
        {
            for (var half = 0; half < 2; half++)
            {
                _time.Advance(30 * Second);
                await Started("fence", new() { DueTime = Second, Period = Timeout.InfiniteTimeSpan });
                await Task.Yield();
            }
        }

        Assert.True(await kept.Ticks().Soon() > 5);
        Assert.Equal(0, await left.Ticks().Soon());
    }

    private async Task<ITimerGrain> Started(string key, TimerPlan plan)
    {
        var grain = _cluster.Client.GetGrain<ITimerGrain>(key);
        await grain.Start(plan).Soon();
        return grain;
    }
}
