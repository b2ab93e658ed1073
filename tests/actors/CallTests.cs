using Engage.Actors.Tests.Grains;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task StateBelongsToTheKey()
    {
        var one = _cluster.Client.GetGrain<ICounterGrain>("one");
        var two = _cluster.Client.GetGrain<ICounterGrain>("two");

        await one.Add(2);
        await two.Add(5);
        await one.Add(1);

        Assert.Equal(3, await one.Get());
        Assert.Equal(5, await _cluster.Client.GetGrain<ICounterGrain>("two").Get());
    }

    [Fact]
    public async Task EachCallGetsItsOwnAnswer()
    {
        var random = new Random(42);

        var calls = Enumerable.Range(0, 5_000)
            .Select(i => (Text: $"{i}", Grain: Grain($"own-{random.Next(20)}")))
            .ToArray();

        // Off the test's own context, whose single queue would make this a test of that queue.
        await Task.Run(() => Task.WhenAll(calls.Select(async call =>
        {
            Assert.Equal($"{call.Text} answer", await call.Grain.Say(call.Text, "answer"));
            await call.Grain.DoNothing();
        }))).Soon();
    }

    [Fact]
    public async Task ExceptionsCrossWithTypeMessageAndStack()
    {
        var grain = _cluster.Client.GetGrain<ICounterGrain>("fails");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Fail("no such lecture"));

        Assert.Equal("no such lecture", exception.Message);
        Assert.Contains(nameof(CounterGrain), exception.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACancelledTaskOfTheGrainCancelsTheCall()
    {
        var failure = Grain("cancels").FailWith(new OperationCanceledException("given up"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => failure.Soon());
        Assert.True(failure.IsCanceled);
    }

    [Fact]
    public async Task AGrainThatReturnsNoTaskFailsItsCallAndServesTheNext()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Grain("null").NullTask().Soon());

        Assert.Equal("null", await Grain("null").Name().Soon());
    }

    [Fact]
    public async Task AOneWayCallDoesNotWaitForItsGrain()
    {
        var gate = new Gate();

        var sent = Grain("one-way").Send(gate);
        var completedAtOnce = sent.IsCompletedSuccessfully;
        await gate.Reached;
        gate.Open();

        Assert.True(completedAtOnce);
        Assert.Equal("one-way", await Grain("one-way").Name().Soon());
    }

    [Fact]
    public async Task AFailingOneWayCallLeavesTheGrainServing()
    {
        await Grain("one-way-fails").SendFailing();

        Assert.Equal("one-way-fails", await Grain("one-way-fails").Name().Soon());
    }

    [Fact]
    public async Task ReferencesOfTheSameGrainAreEqualAndConvertible()
    {
        var reference = Grain("same");
        var named = reference.AsReference<INamed>();

        Assert.Equal("same", await named.Name().Soon());
        Assert.Equal(Grain("same"), reference);
        Assert.NotEqual(Grain("other"), reference);
        Assert.Equal(GrainId.Create("call", "same"), reference.GetGrainId());
        Assert.Equal("same", reference.GetPrimaryKeyString());
        Assert.Equal("same", await _cluster.Client.GetGrain<ICallGrain>(reference.GetGrainId()).Name().Soon());
    }

    [Fact]
    public async Task AGrainThatPassesItselfPassesAReference() =>
        Assert.Equal("passer", await Grain("passer").PassYourself(Grain("receiver")).Soon());

    [Fact]
    public async Task TheRequestContextFlowsWithCalls()
    {
        RequestContext.Set("trace", "t-1");

        var here = await Grain("first").ContextHere("trace").Soon();
        var furtherOn = await Grain("first").ContextFurtherOn("trace", Grain("second")).Soon();
        var afterwards = RequestContext.Get("hop");
        RequestContext.Clear();

        Assert.Equal("t-1", here);
        Assert.Equal("t-1 second", furtherOn);
        Assert.Null(afterwards);
    }

    [Fact]
    public async Task TheRequestContextOfOneRequestIsNotSeenByTheNext()
    {
        await Grain("leak").SetContext("secret", "mine").Soon();

        Assert.Equal("nothing", await Grain("leak").ContextHere("secret").Soon());
    }

    [Fact]
    public void AnInterfaceWithSeveralClassesNeedsAPrefix() =>
        Assert.Throws<ArgumentException>(() => _cluster.Client.GetGrain<ITurnGrain>("x"));

    private ICallGrain Grain(string key) => _cluster.Client.GetGrain<ICallGrain>(key);
}
