using System.Diagnostics.CodeAnalysis;
using Orleans.Core;
using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Base of grain classes. The runtime makes an instance when a call finds no activation, and runs it one turn at a
/// time.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    protected Grain()
        : this(RuntimeContext.Current!)
    {
    }

    /// <summary>For unit tests that construct a grain themselves.</summary>
    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;

    [AllowNull]
    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext.GrainId.ToString();

    protected IGrainFactory GrainFactory => (GrainContext as ICollectibleGrainContext)?.GrainFactory
        ?? (IGrainFactory?)ServiceProvider?.GetService(typeof(IGrainFactory))
        ?? throw OutsideTheRuntime();

    protected internal IServiceProvider ServiceProvider => GrainContext?.ActivationServices!;

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Deactivates when the requests under way have ended; later ones go to the next activation.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps the activation from idle collection for that long; a negative time takes it back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Bound().DelayDeactivation(timeSpan);

    internal ICollectibleGrainContext Bound() => GrainContext as ICollectibleGrainContext
        ?? throw OutsideTheRuntime();

    private InvalidOperationException OutsideTheRuntime() => new(
        $"{GetType()} was constructed outside the runtime; call it through IGrainFactory.GetGrain.");
}

/// <summary>A grain with one stored state; prefer <see cref="PersistentStateAttribute"/> parameters.</summary>
public class Grain<TGrainState> : Grain
{
    private readonly IStorage<TGrainState> _storage;

    protected Grain() => _storage = Bound().CreateStorage<TGrainState>(GetType());

    protected Grain(IStorage<TGrainState> storage) => _storage = storage;

    protected TGrainState State
    {
        get => _storage.State;
        set => _storage.State = value;
    }

    protected virtual Task ClearStateAsync() => _storage.ClearStateAsync();

    protected virtual Task WriteStateAsync() => _storage.WriteStateAsync();

    protected virtual Task ReadStateAsync() => _storage.ReadStateAsync();
}
