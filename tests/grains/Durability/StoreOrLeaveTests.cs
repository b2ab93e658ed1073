namespace Engage.Grains.Tests.Durability;

public sealed class StoreOrLeaveTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestPlatform _platform = new();

    private INotebookGrain Notebook => _platform.Grains.GetGrain<INotebookGrain>("n-1");

    public async Task InitializeAsync()
    {
        await _platform.StartAsync();
        await Notebook.AddAsync("a");
    }

    Task IAsyncLifetime.DisposeAsync() => _platform.DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task WriteThatSucceedsKeepsItsActivation()
    {
        var before = await Notebook.ActivationAsync();

        await Notebook.AddAsync("b");

        Assert.Equal("a b", await Notebook.ReadAsync());
        Assert.Equal(before, await Notebook.ActivationAsync());
    }

    [Fact]
    public async Task AfterAWriteThatFailedTheNextActivationKnowsWhatWasThere()
    {
        var before = await Notebook.ActivationAsync();

        _platform.Storage.Refuses = state => state == "notebook";
        await Assert.ThrowsAsync<OrleansException>(() => Notebook.AddAsync("b"));
        _platform.Storage.Refuses = _ => false;

        Assert.Equal("a", await Notebook.ReadAsync());
        Assert.NotEqual(before, await Notebook.ActivationAsync());
        await Notebook.AddAsync("c");
        Assert.Equal("a c", await Notebook.ReadAsync());
    }

    [Fact]
    public async Task AfterAWriteWhoseAnswerWasLostTheNextActivationKnowsWhatWasWritten()
    {
        _platform.Storage.Loses = _ => new OrleansException("The connection broke.");
        await Assert.ThrowsAsync<OrleansException>(() => Notebook.AddAsync("b"));
        _platform.Storage.Loses = _ => null;

        Assert.Equal("a b", await Notebook.ReadAsync());
        await Notebook.AddAsync("c");
        Assert.Equal("a b c", await Notebook.ReadAsync());
    }

    [Fact]
    public async Task WriteThatWasCancelledTooLateIsReadByTheNextActivation()
    {
        _platform.Storage.Loses = _ => new OperationCanceledException();
        await Assert.ThrowsAnyAsync<Exception>(() => Notebook.AddAsync("b"));
        _platform.Storage.Loses = _ => null;

        Assert.Equal("a b", await Notebook.ReadAsync());
    }

    [Fact]
    public async Task ClearingWhoseAnswerWasLostIsKnownToTheNextActivation()
    {
        _platform.Storage.Loses = _ => new OrleansException("The connection broke.");
        await Assert.ThrowsAsync<OrleansException>(() => Notebook.ClearAsync());
        _platform.Storage.Loses = _ => null;

        Assert.Equal("", await Notebook.ReadAsync());
        await Notebook.AddAsync("b");
        Assert.Equal("b", await Notebook.ReadAsync());
    }

    [Fact]
    public async Task ClearingThatFailedTakesNothingAway()
    {
        _platform.Storage.Refuses = _ => true;
        await Assert.ThrowsAsync<OrleansException>(() => Notebook.ClearAsync());
        _platform.Storage.Refuses = _ => false;

        Assert.Equal("a", await Notebook.ReadAsync());
    }

    [Fact]
    public async Task CallThatCameDuringTheWriteIsTheNextActivations()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var losses = new Queue<Exception>([new OrleansException("The connection broke.")]);
        _platform.Storage.Holds = state =>
        {
            began.TrySetResult();
            return held.Task;
        };
        _platform.Storage.Loses = state => losses.TryDequeue(out var lost) ? lost : null;

        var first = Notebook.AddAsync("b");
        await began.Task;
        var second = Notebook.AddAsync("c");
        // It is answered during the write, so the second call has arrived before it, too.
        var glance = await Notebook.GlanceAsync();
        held.SetResult();
        await Assert.ThrowsAsync<OrleansException>(() => first);
        await second;

        Assert.Equal("a b", glance);
        Assert.Equal("a b c", await Notebook.ReadAsync());
    }
}
