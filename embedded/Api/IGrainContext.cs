using Engage.Embedded.Runtime;
using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>An activation, as seen from its grain.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    object? GrainInstance { get; }

    ActivationId ActivationId { get; }

    /// <summary>The activation's own dependency scope.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation is gone. Awaiting it from within the grain never ends.</summary>
    Task Deactivated { get; }

    /// <summary>Begins deactivation; returns at once.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Gives the activation on whose turn the caller runs.</summary>
public interface IGrainContextAccessor
{
    IGrainContext GrainContext { get; }
}

/// <summary>The activation on whose turn the current thread runs; null outside turns.</summary>
internal static class RuntimeContext
{
    public static IGrainContext? Current => TurnSlot.CurrentContext;
}

internal interface ICollectibleGrainContext : IGrainContext
{
    IGrainFactory GrainFactory { get; }

    void DelayDeactivation(TimeSpan timeSpan);

    IStorage<TState> CreateStorage<TState>(Type grainClass);

    IGrainTimer RegisterTimer<TState>(
        Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
}
