using System.Collections.Concurrent;
using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class CallFilterTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _seen = new();
    private InProcessTestCluster? _cluster;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task FiltersRunInTheOrderOfRegistrationThenTheGrainsOwn()
    {
        var grain = await FilteredBy(silo => silo
            .AddIncomingGrainCallFilter(Recording("first"))
            .AddIncomingGrainCallFilter(Recording("second")));

        var answer = await grain.Say("hello").Soon();

        Assert.Equal("own(hello)", answer);
        Assert.Equal(["first before", "second before", "second after", "first after"], _seen);
    }

    [Fact]
    public async Task AFilterCanChangeArgumentsAndResult()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.MethodName == nameof(IFilteredGrain.Say))
                context.Request.SetArgument(0, "changed");
            await context.Invoke();
            if (context.MethodName == nameof(IFilteredGrain.Say))
                context.Result = $"{context.Result}!";
        }));

        Assert.Equal("own(changed)!", await grain.Say("hello").Soon());
    }

    [Fact]
    public async Task AFilterCanAnswerWithoutTheGrain()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(context =>
        {
            if (context.MethodName != nameof(IFilteredGrain.Say))
                return context.Invoke();
            context.Result = "not asked";
            return Task.CompletedTask;
        }));

        Assert.Equal("not asked", await grain.Say("hello").Soon());
        Assert.Equal(0, await grain.CountCalls().Soon());
    }

    [Fact]
    public async Task AFilterCanRefuseACall()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(context =>
            context.MethodName == nameof(IFilteredGrain.Say)
                ? throw new UnauthorizedAccessException("not you")
                : context.Invoke()));

        var refusal = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => grain.Say("hello").Soon());

        Assert.Equal("not you", refusal.Message);
        Assert.Equal(0, await grain.CountCalls().Soon());
    }

    [Fact]
    public async Task AFilterSeesExceptionsAndCanTakeThemAway()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (InvalidOperationException failure)
            {
                context.Result = $"was: {failure.Message}";
            }
        }));

        Assert.Equal("was: the grain fails", await grain.Fail().Soon());
    }

    [Fact]
    public async Task AFilterCanRepeatACall()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            await context.Invoke();
            if (context.MethodName == nameof(IFilteredGrain.Say))
                await context.Invoke();
        }));

        await grain.Say("hello").Soon();

        Assert.Equal(2, await grain.CountCalls().Soon());
    }

    [Fact]
    public async Task AFilterThatEndsACallWithoutResultFailsIt()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(context =>
            context.MethodName == nameof(IFilteredGrain.Say) ? Task.CompletedTask : context.Invoke()));

        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Say("hello").Soon());
    }

    [Fact]
    public async Task OutgoingFiltersSeeTheCallsOfGrains()
    {
        var grain = await FilteredBy(silo => silo
            .AddOutgoingGrainCallFilter(Leaving("first"))
            .AddOutgoingGrainCallFilter(Leaving("second")));

        var answer = await grain.Ask(_cluster!.Client.GetGrain<IFilteredGrain>("other")).Soon();

        Assert.Equal("own(asked by first second)", answer);
        Assert.Equal(
            ["first: filtered/one asks filtered/other", "second: filtered/one asks filtered/other"],
            _seen.Where(line => line.Contains("asks", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AFilterKnowsTheCallAndWhoMadeIt()
    {
        var grain = await FilteredBy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.MethodName == nameof(IFilteredGrain.Say))
                _seen.Enqueue(
                    $"{context.SourceId} {context.TargetId} {context.ImplementationMethod.DeclaringType!.Name} "
                    + $"{context.InterfaceMethod.DeclaringType!.Name} {context.Request.GetArgumentCount()}");
            await context.Invoke();
        }));

        await grain.Ask(_cluster!.Client.GetGrain<IFilteredGrain>("other")).Soon();

        Assert.Equal(["filtered/one filtered/other FilteredGrain IFilteredGrain 1"], _seen);
    }

    private async Task<IFilteredGrain> FilteredBy(Action<ISiloBuilder> configure)
    {
        _cluster = await TestSilo.StartAsync(configure);
        return _cluster.Client.GetGrain<IFilteredGrain>("one");
    }

    private IncomingGrainCallFilterDelegate Recording(string name) => async context =>
    {
        var isSeen = context.MethodName == nameof(IFilteredGrain.Say);
        if (isSeen)
            _seen.Enqueue($"{name} before");
        await context.Invoke();
        if (isSeen)
            _seen.Enqueue($"{name} after");
    };

    private OutgoingGrainCallFilterDelegate Leaving(string name) => async context =>
    {
        if (context.MethodName == nameof(IFilteredGrain.Say) && context.SourceId is not null)
        {
            _seen.Enqueue($"{name}: {context.SourceId} asks {context.TargetId}");
            context.Request.SetArgument(0, $"{context.Request.GetArgument(0)} {name}");
        }

        await context.Invoke();
    };
}
