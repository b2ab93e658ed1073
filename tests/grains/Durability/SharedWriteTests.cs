using Engage.Grains.Durability;

namespace Engage.Grains.Tests.Durability;

public sealed class SharedWriteTests : IDisposable
{
    private readonly Queue<TaskCompletionSource> _writes = new();
    private readonly SemaphoreSlim _began = new(0);

    [Fact]
    public Task AllWhoAskDuringAWriteShareTheNext() => OnTurnsAsync(async () =>
    {
        var store = new SharedWrite(WriteAsync);
        var first = store.StoreAsync();
        await _began.WaitAsync();

        var others = Enumerable.Range(0, 100).Select(_ => store.StoreAsync()).ToArray();
        _writes.Dequeue().SetResult();
        await first;
        await _began.WaitAsync();

        Assert.All(others, other => Assert.False(other.IsCompleted));
        Assert.Same(others[0], store.Last);
        _writes.Dequeue().SetResult();
        await Task.WhenAll(others);
        Assert.Empty(_writes);
    });

    [Fact]
    public Task FailureIsItsCallersAndNotTheNexts() => OnTurnsAsync(async () =>
    {
        var store = new SharedWrite(WriteAsync);
        var first = store.StoreAsync();
        await _began.WaitAsync();
        var second = store.StoreAsync();

        _writes.Dequeue().SetException(new IOException("Refused."));
        await Assert.ThrowsAsync<IOException>(() => first);
        await _began.WaitAsync();
        _writes.Dequeue().SetResult();
        await second;

        Assert.True(store.Last.IsCompletedSuccessfully);
    });

    [Fact]
    public Task CancellationOfOneWriteLeavesTheNextAlone() => OnTurnsAsync(async () =>
    {
        var store = new SharedWrite(WriteAsync);
        var first = store.StoreAsync();
        await _began.WaitAsync();
        var second = store.StoreAsync();

        _writes.Dequeue().SetCanceled();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await _began.WaitAsync();
        _writes.Dequeue().SetResult();

        await second;
    });

    public void Dispose() => _began.Dispose();

    /// <summary>One turn at a time, as in a grain.</summary>
    private static Task OnTurnsAsync(Func<Task> test) => Task.Factory.StartNew(
        test, CancellationToken.None, TaskCreationOptions.None,
        new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();

    private Task WriteAsync()
    {
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writes.Enqueue(write);
        _began.Release();
        return write.Task;
    }
}
