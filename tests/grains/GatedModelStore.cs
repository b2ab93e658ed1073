using Engage.Storage;

namespace Engage.Grains.Tests;

/// <summary>A real store whose writes wait while it is closed.</summary>
internal sealed class GatedModelStore : IModelStore
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _gate = Opened();
    private IModelStore _inner = null!;

    /// <summary>Completes when a write waits.</summary>
    public Task Entered => _entered.Task;

    public GatedModelStore Around(IModelStore inner)
    {
        _inner = inner;
        return this;
    }

    public void Close() => Volatile.Write(ref _gate, new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Open() => Volatile.Read(ref _gate).TrySetResult();

    public ValueTask<StoredModel?> LoadAsync(string name, long newerThan, CancellationToken cancellationToken) =>
        _inner.LoadAsync(name, newerThan, cancellationToken);

    public async ValueTask<long> StoreAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        var gate = Volatile.Read(ref _gate).Task;
        if (!gate.IsCompleted) _entered.TrySetResult();
        await gate.WaitAsync(cancellationToken);
        return await _inner.StoreAsync(name, model, cancellationToken);
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
