using System.Collections.Concurrent;

namespace Engage.Actors.Tests.Grains;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<ActivationId> WhoServes();

    Task Leave();

    Task Keep(TimeSpan time);

    Task Hold(Gate gate);

    Task<int> Work(int seed);
}

/// <summary>What the activations of a test did. One per silo.</summary>
public sealed class Diary
{
    private readonly ConcurrentDictionary<string, int> _living = new();
    private int _activations;
    private int _overlaps;

    public ConcurrentQueue<string> Lines { get; } = new();

    public int ActivationsToFail { get; set; }

    public Gate? BeforeDeactivated { get; set; }

    public Gate? BeforeActivated { get; set; }

    public int Activations => _activations;

    public int Overlaps => _overlaps;

    public void Born(string key)
    {
        Interlocked.Increment(ref _activations);
        if (_living.AddOrUpdate(key, 1, static (_, living) => living + 1) > 1)
            Interlocked.Increment(ref _overlaps);
    }

    public void Died(string key) => _living.AddOrUpdate(key, 0, static (_, living) => living - 1);
}

public class LifeGrain(Diary diary) : Grain, ILifeGrain, IDisposable
{
    private bool _isActive;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (diary.BeforeActivated is { } gate)
            await gate.Pass();
        if (diary.ActivationsToFail > 0)
        {
            diary.ActivationsToFail--;
            throw new InvalidOperationException("not today");
        }

        diary.Born(IdentityString);
        diary.Lines.Enqueue("activated");
        _isActive = true;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (diary.BeforeDeactivated is { } gate)
            await gate.Pass();
        await Task.Yield();
        diary.Lines.Enqueue($"deactivated: {reason.ReasonCode}");
        diary.Died(IdentityString);
        _isActive = false;
    }

    public Task<ActivationId> WhoServes() => Task.FromResult(GrainContext.ActivationId);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Keep(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task Hold(Gate gate) => gate.Pass();

    public async Task<int> Work(int seed)
    {
        if (!_isActive)
            throw new InvalidOperationException("A request runs before activation or after deactivation.");
        var random = new Random(seed);
        if (random.Next(4) == 0)
            DeactivateOnIdle();
        if (random.Next(2) == 0)
            await Task.Yield();
        if (!_isActive)
            throw new InvalidOperationException("The grain was deactivated under a request.");
        return seed;
    }

    public void Dispose()
    {
        diary.Lines.Enqueue("disposed");
        GC.SuppressFinalize(this);
    }
}

[KeepAlive]
public sealed class ImmortalGrain(Diary diary) : LifeGrain(diary);

public sealed class PatientGrain(Diary diary) : LifeGrain(diary);
