namespace Engage.Embedded.Tests.Grains;

/// <summary>Blocks a thread, as grains must not, until it is opened.</summary>
[Immutable]
public sealed class Obstacle
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new();

    public Task Reached => _reached.Task.WaitAsync(TestSilo.Patience);

    public void Open() => _opened.SetResult();

    public void Pass()
    {
        _reached.SetResult();
        _opened.Task.Wait();
    }
}

public interface IBlockingGrain : IGrainWithStringKey
{
    Task Block(Obstacle obstacle);

    Task BlockAfterAnAwait(Obstacle obstacle);

    Task Wait(Gate gate);
}

public sealed class BlockingGrain : Grain, IBlockingGrain
{
    public Task Block(Obstacle obstacle)
    {
        ArgumentNullException.ThrowIfNull(obstacle);
        obstacle.Pass();
        return Task.CompletedTask;
    }

    public async Task BlockAfterAnAwait(Obstacle obstacle)
    {
        ArgumentNullException.ThrowIfNull(obstacle);
        await Task.Yield();
        obstacle.Pass();
    }

    public Task Wait(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Pass();
    }
}
