using Orleans;
using Orleans.Core;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>
/// How an activation comes: the grain is constructed, its state read, <c>OnActivateAsync</c> awaited.
/// </summary>
internal static class ActivationStart
{
    public static async Task RunAsync(Activation activation)
    {
        try
        {
            var states = activation.Construct();
            if (activation.Class.HasOnActivate || states is not null)
                await PrepareAsync(activation, states ?? []);
            activation.OnActivated();
        }
#pragma warning disable CA1031 // Whatever fails the activation is the answer to the calls that wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await UndoAsync(activation, exception);
        }
    }

    private static async Task PrepareAsync(Activation activation, List<IStorage> states)
    {
        var silo = activation.Class.Silo;
        using var deadline = new CancellationTokenSource(silo.Collection.ActivationTimeout, silo.Time);
        try
        {
            foreach (var state in states)
                await state.ReadStateAsync(deadline.Token).WaitAsync(deadline.Token);
            await ((IGrainBase)activation.GrainInstance!).OnActivateAsync(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{activation.GrainId} was not activated within {silo.Collection.ActivationTimeout}; "
                + "its storage or its OnActivateAsync takes too long, or ActivationTimeout is too short.",
                exception);
        }
    }

    private static async Task UndoAsync(Activation activation, Exception exception)
    {
        Log.ActivationFailed(activation.Class.Silo.Logger, exception, activation.GrainId);
        activation.ExtrasIfAny?.StopTimers(activation);
        await ActivationEnd.DisposeAsync(activation);
        activation.VanishFailed(exception);
    }
}

/// <summary>How an activation goes: timers stop, <c>OnDeactivateAsync</c>, disposal, then it makes room.</summary>
internal static class ActivationEnd
{
    public static async Task RunAsync(Activation activation, Departure departure)
    {
        activation.ExtrasIfAny?.StopTimers(activation);
        if (activation.Class.HasOnDeactivate)
            await RunOnDeactivateAsync(activation, departure);
        await DisposeAsync(activation, departure.Deadline);
        departure.Dispose();
        activation.Vanish();
    }

    public static async Task DisposeAsync(Activation activation, CancellationToken deadline = default)
    {
        try
        {
            await DisposeGrainAsync(activation).AsTask().WaitAsync(deadline);
        }
#pragma warning disable CA1031 // A grain that fails to clean up must still go.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DisposalFailed(activation.Class.Silo.Logger, exception, activation.GrainId);
        }
    }

    private static async ValueTask DisposeGrainAsync(Activation activation)
    {
        try
        {
            if (activation.GrainInstance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (activation.GrainInstance as IDisposable)?.Dispose();
        }
        finally
        {
            var scope = activation.ExtrasIfAny?.Scope;
            activation.ReleaseGrain();
            if (scope is IAsyncDisposable asyncScope)
                await asyncScope.DisposeAsync();
            else
                scope?.Dispose();
        }
    }

    private static async Task RunOnDeactivateAsync(Activation activation, Departure departure)
    {
        try
        {
            await ((IGrainBase)activation.GrainInstance!)
                .OnDeactivateAsync(departure.Reason, departure.Deadline)
                .WaitAsync(departure.Deadline);
        }
#pragma warning disable CA1031 // A grain that fails to say goodbye must still go.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DeactivationFailed(activation.Class.Silo.Logger, exception, activation.GrainId);
        }
    }
}
