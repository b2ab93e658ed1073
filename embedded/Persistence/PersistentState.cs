using System.Reflection;
using System.Runtime.CompilerServices;
using Engage.Embedded.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Embedded.Persistence;

/// <summary>Makes the stored states of a grain.</summary>
internal static class PersistentState
{
    /// <summary>Compiled once per constructor parameter; the parameter's type is known only at run time.</summary>
    public static Func<Activation, object> FactoryFor(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new OrleansConfigurationException(
                $"Parameter {parameter.Name} of {parameter.Member.DeclaringType} has [PersistentState] and is "
                + $"a {type}; expected IPersistentState<T>.");
        var attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var create = typeof(PersistentState)
            .GetMethod(nameof(Create))!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<Activation, string, string?, object>>();
        return activation => create(activation, attribute.StateName, attribute.StorageName);
    }

    public static PersistentState<TState> Create<TState>(Activation activation, string name, string? storageName)
    {
        var state = new PersistentState<TState>(activation, name, StorageOf(activation, storageName));
        activation.Extras.States.Add(state);
        return state;
    }

    private static IGrainStorage StorageOf(Activation activation, string? name)
    {
        var services = activation.Class.Silo.Services;
        var wanted = name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
        return services.GetKeyedService<IGrainStorage>(wanted)
            ?? (name is null ? services.GetService<IGrainStorage>() : null)
            ?? throw new BadProviderConfigException(
                $"Grain class {activation.Class.Type} wants the storage \"{wanted}\", which is not registered; add it "
                + "by AddKeyedSingleton<IGrainStorage>(name, ...) or AddMemoryGrainStorage(name).");
    }
}

/// <summary>
/// One stored state of one activation. Operations run one after another, in the order they were begun.
/// </summary>
internal sealed class PersistentState<TState>(Activation activation, string name, IGrainStorage storage)
    : IPersistentState<TState>
{
    private readonly GrainState<TState> _record = new(NewState());
    private Task _last = Task.CompletedTask;

    public TState State
    {
        get => _record.State!;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _record.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => _last = ReadAfterAsync(_last, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        _last = WriteAfterAsync(_last, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) =>
        _last = ClearAfterAsync(_last, cancellationToken);

    private static TState NewState()
    {
        var type = typeof(TState);
        if (type.IsValueType)
            return default!;
        return type.GetConstructor(Type.EmptyTypes) is null ? default! : Activator.CreateInstance<TState>();
    }

    /// <summary>The failure of the operation before went to whoever began it.</summary>
    private static ConfiguredTaskAwaitable EndOf(Task last) =>
        last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task ReadAfterAsync(Task last, CancellationToken cancellationToken)
    {
        await EndOf(last);
        await storage.ReadStateAsync(name, activation.GrainId, _record, cancellationToken);
        _record.State ??= NewState();
    }

    private async Task WriteAfterAsync(Task last, CancellationToken cancellationToken)
    {
        await EndOf(last);
        await storage.WriteStateAsync(name, activation.GrainId, _record, cancellationToken);
    }

    private async Task ClearAfterAsync(Task last, CancellationToken cancellationToken)
    {
        await EndOf(last);
        await storage.ClearStateAsync(name, activation.GrainId, _record, cancellationToken);
        _record.State ??= NewState();
    }
}
