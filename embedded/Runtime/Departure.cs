using Engage.Embedded.CodeGeneration;
using Orleans;

namespace Engage.Embedded.Runtime;

/// <summary>
/// A decision to leave, with the time it may take. When that is over, requests still under way are no longer waited
/// for.
/// </summary>
internal sealed class Departure : IDisposable
{
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenRegistration _hurry;

    public Departure(Activation activation, DeactivationReason reason, bool needsDeadline, CancellationToken hurry)
    {
        Reason = reason;
        if (!needsDeadline)
            return;
        var silo = activation.Class.Silo;
        _deadline = new(silo.Collection.DeactivationTimeout, silo.Time);
        _deadline.Token.UnsafeRegister(
            static waiter => ((Activation)waiter!).PostCommand(new WakeCommand()), activation);
        if (hurry.CanBeCanceled)
            _hurry = hurry.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }

    public DeactivationReason Reason { get; }

    public CancellationToken Deadline => _deadline?.Token ?? CancellationToken.None;

    public bool IsOverdue => _deadline is { IsCancellationRequested: true };

    public void Dispose()
    {
        _hurry.Dispose();
        _deadline?.Dispose();
    }
}

/// <summary>Something that the runtime wants of an activation, done on a turn, between requests.</summary>
internal abstract class ActivationCommand : WorkItem
{
    public abstract void Run(Activation activation);
}

internal sealed class LeaveCommand(DeactivationReason reason, CancellationToken hurry) : ActivationCommand
{
    public override void Run(Activation activation) => activation.Leave(reason, hurry);
}

internal sealed class CollectCommand : ActivationCommand
{
    public override void Run(Activation activation) => activation.LeaveIfIdle();
}

/// <summary>Makes the activation look again at what waits.</summary>
internal sealed class WakeCommand : ActivationCommand
{
    public override void Run(Activation activation) => activation.Wake();
}

/// <summary>Completes when what was accepted before has ended.</summary>
internal sealed class DrainCommand : ActivationCommand
{
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the activation was busy, so that others may be busy by its doing.</summary>
    public Task<bool> Drained => _drained.Task;

    public override void Run(Activation activation)
    {
        if (activation.IsFree || activation.IsGone)
            _drained.TrySetResult(false);
        else
            activation.Extras.NotifyWhenDrained(_drained);
    }
}
