using Engage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>
/// Idleness and the time to activate follow the silo's clock; no call is lost to a change of activation.
/// </summary>
public sealed class ActivationTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private readonly FakeTimeProvider _time = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo =>
        {
            silo.Services.AddSingleton(_diary);
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(10));
        },
        _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AnActivationThatTakesTooLongFailsItsCallsWithATimeout()
    {
        _diary.BeforeActivated = new();
        var call = Grain("slow").WhoServes();
        await _diary.BeforeActivated.Reached;

        _time.Advance(GrainCollectionOptions.DEFAULT_ACTIVATION_TIMEOUT);

        await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
    }

    [Fact]
    public async Task AnIdleActivationIsCollectedAfterItsAge()
    {
        await Grain("idle").WhoServes().Soon();
        var gone = _cluster.WaitForDeactivationAsync(Grain("idle"));

        AdvanceMinutes(9);
        var early = gone.IsCompleted;
        AdvanceMinutes(5);
        await gone.Soon();

        Assert.False(early);
        Assert.Equal(["activated", "deactivated: ActivationIdle", "disposed"], _diary.Lines);
    }

    [Fact]
    public async Task AUsedActivationIsNotCollected()
    {
        var grain = Grain("used");
        var first = await grain.WhoServes().Soon();

        for (var i = 0; i < 5; i++)
        {
            AdvanceMinutes(8);
            await grain.WhoServes().Soon();
        }

        Assert.Equal(first, await grain.WhoServes().Soon());
    }

    [Fact]
    public async Task DelayedDeactivationOutlastsTheAge()
    {
        var grain = Grain("kept");
        var first = await grain.WhoServes().Soon();
        await grain.Keep(TimeSpan.FromHours(1)).Soon();

        AdvanceMinutes(45);
        var second = await grain.WhoServes().Soon();

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task AKeepAliveGrainIsNeverCollected()
    {
        var grain = _cluster.Client.GetGrain<ILifeGrain>("immortal", typeof(ImmortalGrain).FullName);
        var first = await grain.WhoServes().Soon();

        AdvanceMinutes(100);

        Assert.Equal(first, await grain.WhoServes().Soon());
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1122)]
    public async Task NoCallIsLostAndNoTwoActivationsLiveWhileGrainsComeAndGo(int seed)
    {
        var random = new Random(seed);
        var callers = Enumerable.Range(0, 8).Select(_ => random.Next()).Select(async callerSeed =>
        {
            var caller = new Random(callerSeed);
            for (var i = 0; i < 150; i++)
            {
                var work = caller.Next();
                Assert.Equal(work, await Grain($"race-{caller.Next(3)}").Work(work));
                if (caller.Next(5) == 0)
                    await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Grain("race-0").Work(n)));
            }
        });

        await Task.WhenAll(callers).Soon();

        Assert.Equal(0, _diary.Overlaps);
        Assert.True(_diary.Activations > 50, $"seed {seed}: only {_diary.Activations} activations");
    }

    private void AdvanceMinutes(int minutes)
    {
        for (var i = 0; i < minutes; i++)
            _time.Advance(TimeSpan.FromMinutes(1));
    }

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);
}
