
namespace Engage.Actors.Tests.Grains;

public interface ITurnGrain : IGrainWithStringKey
{
    Task Hold(Gate gate);

    [ReadOnly]
    Task HoldReading(Gate gate);

    [AlwaysInterleave]
    Task<int> CountUnfinished();

    Task<bool> IsOnTurnAfterAwaits();

    Task<int> Churn(int seed, int steps);

    Task CallItself();
}

/// <summary>Counts what overlaps. Its fields are unguarded on purpose: turns must be enough.</summary>
public abstract class TurnGrain : Grain, ITurnGrain
{
    private int _unfinished;
    private int _inside;
    private int _steps;

    public async Task Hold(Gate gate)
    {
        _unfinished++;
        await gate.Pass();
        _unfinished--;
    }

    public Task HoldReading(Gate gate) => Hold(gate);

    public Task<int> CountUnfinished() => Task.FromResult(_unfinished);

    public async Task<bool> IsOnTurnAfterAwaits()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        await Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
        return scheduler != TaskScheduler.Default
            && ReferenceEquals(scheduler, TaskScheduler.Current);
    }

    public async Task<int> Churn(int seed, int steps)
    {
        var random = new Random(seed);
        for (var step = 0; step < steps; step++)
        {
            Step();
            switch (random.Next(3))
            {
                case 0:
                    await Task.Yield();
                    break;
                case 1:
                    await Task.Run(static () => { });
                    break;
                default:
                    await Task.WhenAll(Part(), Part());
                    break;
            }
        }

        return _steps;
    }

    public Task CallItself() => this.AsReference<ITurnGrain>().Hold(new());

    private async Task Part()
    {
        await Task.Yield();
        Step();
    }

    private void Step()
    {
        if (Interlocked.Exchange(ref _inside, 1) != 0)
            throw new InvalidOperationException("Two turns of one activation ran in parallel.");
        _steps++;
        Thread.SpinWait(20);
        Volatile.Write(ref _inside, 0);
    }
}

public sealed class PlainTurnGrain : TurnGrain;

[Reentrant]
public sealed class ReentrantTurnGrain : TurnGrain;
