using Orleans;

namespace Engage.Embedded.Runtime;

/// <summary>The two steps of a graceful stop.</summary>
internal static class SiloShutdown
{
    /// <summary>
    /// Waits until a whole round over the activations finds none busy: a busy one may make others busy.
    /// </summary>
    /// <remarks>
    /// A request that never ends must not keep other grains from their last turn: half the time is for them.
    /// </remarks>
    public static async Task DrainAsync(Silo silo, CancellationToken cancellationToken)
    {
        var patience = silo.Collection.DeactivationTimeout / 2;
        using var deadline = new CancellationTokenSource(patience, silo.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            while ((await Task.WhenAll(AllOf(silo).Select(PostDrain)).WaitAsync(either.Token)).Contains(true))
            {
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.DrainIncomplete(silo.Logger, patience);
        }
    }

    /// <summary>Deactivates until none is left: the last turn of one may have called another.</summary>
    public static async Task DeactivateAllAsync(Silo silo, CancellationToken cancellationToken)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
        while (AllOf(silo).ToArray() is { Length: > 0 } activations)
        {
            foreach (var activation in activations)
                activation.Deactivate(reason, cancellationToken);
            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
        }
    }

    private static IEnumerable<Activation> AllOf(Silo silo) =>
        silo.References.Classes.SelectMany(grainClass => grainClass.Activations);

    private static Task<bool> PostDrain(Activation activation)
    {
        var drain = new DrainCommand();
        activation.PostCommand(drain);
        return drain.Drained;
    }
}
