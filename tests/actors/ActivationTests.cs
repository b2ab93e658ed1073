using Engage.Actors.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class ActivationTests : IAsyncLifetime
{
    private readonly Diary _diary = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(
        silo => silo.Services.AddSingleton(_diary));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task TheFirstCallActivatesAndLaterOnesFindTheSameActivation()
    {
        var first = await Grain("once").WhoServes().Soon();
        var second = await Grain("once").WhoServes().Soon();

        Assert.Equal(first, second);
        Assert.Equal(1, _diary.Activations);
    }

    [Fact]
    public async Task AFailedActivationFailsTheCallAndLeavesNothingBehind()
    {
        _diary.ActivationsToFail = 1;
        var grain = Grain("fails");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.WhoServes().Soon());
        await grain.WhoServes().Soon();

        Assert.Equal("not today", failure.Message);
        Assert.Equal(["disposed", "activated"], _diary.Lines);
    }

    [Fact]
    public async Task CallsDuringDeactivationGoToTheNextActivation()
    {
        _diary.BeforeDeactivated = new();
        var grain = Grain("leaving");
        var before = await grain.WhoServes().Soon();
        await grain.Leave().Soon();
        await _diary.BeforeDeactivated.Reached;

        var call = grain.WhoServes();
        var startedEarly = call.IsCompleted;
        _diary.BeforeDeactivated.Open();
        var after = await call.Soon();

        Assert.False(startedEarly);
        Assert.NotEqual(before, after);
        Assert.Equal(["activated", "deactivated: ApplicationRequested", "disposed", "activated"], _diary.Lines);
    }

    [Fact]
    public async Task ARequestUnderWayEndsBeforeTheGrainIsDeactivated()
    {
        var gate = new Gate();
        var grain = Grain("busy");
        var held = grain.Hold(gate);
        await gate.Reached;

        ContextOf("busy").Deactivate(new(DeactivationReasonCode.RuntimeRequested, "test"));
        var next = grain.WhoServes();
        var linesWhileHeld = _diary.Lines.ToArray();
        gate.Open();
        await Task.WhenAll(held, next).Soon();

        Assert.Equal(["activated"], linesWhileHeld);
        Assert.Equal(2, _diary.Activations);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1122)]
    public async Task NoTwoActivationsLiveWhileGrainsComeAndGo(int seed)
    {
        var random = new Random(seed);
        var callers = Enumerable.Range(0, 8).Select(_ => random.Next()).Select(async callerSeed =>
        {
            var caller = new Random(callerSeed);
            for (var i = 0; i < 150; i++)
            {
                var work = caller.Next();
                Assert.Equal(work, await UntilTaken(() => Grain($"race-{caller.Next(3)}").Work(work)));
            }
        });

        await Task.WhenAll(callers).Soon();

        Assert.Equal(0, _diary.Overlaps);
        Assert.True(_diary.Activations > 50, $"seed {seed}: only {_diary.Activations} activations");
    }

    /// <summary>Orleans rejects a call that met several activations on their way out; it did not run.</summary>
    private static async Task<int> UntilTaken(Func<Task<int>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OrleansMessageRejectionException)
            {
                await Task.Yield();
            }
        }
    }

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);

    private IGrainContext ContextOf(string key) => _cluster.TryGetGrainContext(Grain(key).GetGrainId(), out var context)
        ? context
        : throw new InvalidOperationException($"{key} is not active.");
}
