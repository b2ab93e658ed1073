using Orleans;

namespace Engage.Embedded.Runtime;

/// <summary>The two steps of a graceful stop.</summary>
internal static class SiloShutdown
{
    /// <summary>Waits until a whole round over the activations finds none busy: a busy one may make others busy.</summary>
    public static async Task DrainAsync(Silo silo, CancellationToken cancellationToken)
    {
        while (true)
        {
            var drains = AllOf(silo).Select(PostDrain).ToArray();
            var wereBusy = await Task.WhenAll(drains).WaitAsync(cancellationToken);
            if (!wereBusy.Contains(true))
                return;
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
