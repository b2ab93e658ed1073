namespace Engage.Embedded.Tests.Grains;

public interface ILeavingGrain : IGrainWithStringKey
{
    Task Leave(Gate gate);

    Task<int> Add(int number);

    [OneWay]
    Task Send(int number);

    Task Hold(Gate gate);

    Task<Immutable<WeakReference>> Reference();
}

/// <summary>What the activations of a test noted, in order. One per silo.</summary>
public sealed class Notes
{
    private readonly Lock _lock = new();
    private readonly List<int> _numbers = [];

    public int[] All
    {
        get
        {
            lock (_lock)
                return [.. _numbers];
        }
    }

    public int Add(int number)
    {
        lock (_lock)
            _numbers.Add(number);
        return number;
    }
}

/// <summary>Leaves when asked to, and is slow to go.</summary>
public class LeavingGrain(Notes notes) : Grain, ILeavingGrain
{
    private Gate? _leaving;

    public Task Leave(Gate gate)
    {
        _leaving = gate;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _leaving?.Pass() ?? Task.CompletedTask;

    public Task<int> Add(int number) => Task.FromResult(notes.Add(number));

    public Task Send(int number) => Add(number);

    public Task Hold(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Pass();
    }

    public Task<Immutable<WeakReference>> Reference() => Task.FromResult(new WeakReference(this).AsImmutable());
}

/// <summary>Never stays: it wants to go before it serves anything.</summary>
public sealed class FleetingGrain(Notes notes) : LeavingGrain(notes)
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[StatelessWorker(2)]
public sealed class LeavingWorkerGrain(Notes notes) : LeavingGrain(notes);
