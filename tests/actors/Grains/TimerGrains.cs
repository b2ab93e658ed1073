
namespace Engage.Actors.Tests.Grains;

[GenerateSerializer, Alias("test.timer-plan")]
public readonly record struct TimerPlan
{
    [Id(0)]
    public TimeSpan DueTime { get; init; }

    [Id(1)]
    public TimeSpan Period { get; init; }

    [Id(2)]
    public bool Interleave { get; init; }

    [Id(3)]
    public bool KeepAlive { get; init; }
}

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(TimerPlan plan);

    Task HoldTicks(Gate gate);

    Task FailTicks();

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task Stop();

    Task<int> Ticks();

    Task Hold(Gate gate);

    Task Leave();

    Task<bool> IsTickTokenCancelled();
}

public sealed class TimerGrain : Grain, ITimerGrain
{
    private IGrainTimer? _timer;
    private CancellationToken _tickToken;
    private Gate? _gate;
    private bool _fails;
    private int _ticks;
    private int _ticking;

    public Task Start(TimerPlan plan)
    {
        _timer = this.RegisterGrainTimer(Tick, new()
        {
            DueTime = plan.DueTime,
            Period = plan.Period,
            Interleave = plan.Interleave,
            KeepAlive = plan.KeepAlive,
        });
        return Task.CompletedTask;
    }

    public Task HoldTicks(Gate gate)
    {
        _gate = gate;
        return Task.CompletedTask;
    }

    public Task FailTicks()
    {
        _fails = true;
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task Hold(Gate gate) => gate.Pass();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<bool> IsTickTokenCancelled() => Task.FromResult(_tickToken.IsCancellationRequested);

    private async Task Tick(CancellationToken cancellationToken)
    {
        _tickToken = cancellationToken;
        if (_ticking++ > 0)
            throw new InvalidOperationException("Ticks overlap.");
        _ticks++;
        if (_gate is { } gate)
            await gate.Pass();
        _ticking--;
        if (_fails)
            throw new InvalidOperationException("The tick fails.");
    }
}
