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
        return typeof(PersistentState)
            .GetMethod(nameof(FactoryOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<PersistentStateAttribute, Func<Activation, object>>>()(attribute);
    }

    public static PersistentState<TState> Create<TState>(Activation activation, string name, string? storageName) =>
        Create<TState>(activation, new(name, StorageOf(activation, storageName)));

    private static Func<Activation, object> FactoryOf<TState>(PersistentStateAttribute attribute)
    {
        StatePlace? place = null;
        return activation => Create<TState>(
            activation, place ??= new(attribute.StateName, StorageOf(activation, attribute.StorageName)));
    }

    private static PersistentState<TState> Create<TState>(Activation activation, StatePlace place)
    {
        var state = new PersistentState<TState>(activation, place);
        Activation.ReadFirst(state);
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

/// <summary>Where a state is kept, and under which name; shared by all activations of a class.</summary>
internal sealed record StatePlace(string Name, IGrainStorage Storage);

/// <summary>
/// One stored state of one activation. Operations run one after another, in the order they were begun.
/// </summary>
/// <remarks>It is itself the record that storages fill: there may be millions of it, most of them empty.</remarks>
internal sealed class PersistentState<TState>(Activation activation, StatePlace place)
    : IPersistentState<TState>, IGrainState<TState>
{
    private TState? _state = NewState();
    private string? _etag;
    private bool _recordExists;
    private int _running;
    private Task _last = Task.CompletedTask;

    public TState State
    {
        get => _state!;
        set => _state = value;
    }

    public string? Etag => _etag;

    public bool RecordExists => _recordExists;

    TState? IGrainState<TState>.State
    {
        get => _state;
        set => _state = value;
    }

    string? IGrainState<TState>.ETag
    {
        get => _etag;
        set => _etag = value;
    }

    bool IGrainState<TState>.RecordExists
    {
        get => _recordExists;
        set => _recordExists = value;
    }

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Begin(Operation.Read, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => Begin(Operation.Write, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => Begin(Operation.Clear, cancellationToken);

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

    /// <summary>What is over is not kept: it would be several times as large as most states.</summary>
    private Task Begin(Operation operation, CancellationToken cancellationToken)
    {
        var task = RunAfterAsync(_last, operation, cancellationToken);
        if (_running > 0)
            _last = task;
        return task;
    }

    private async Task RunAfterAsync(Task last, Operation operation, CancellationToken cancellationToken)
    {
        _running++;
        try
        {
            await EndOf(last);
            var (name, storage) = place;
            await (operation switch
            {
                Operation.Read => storage.ReadStateAsync(name, activation.GrainId, this, cancellationToken),
                Operation.Write => storage.WriteStateAsync(name, activation.GrainId, this, cancellationToken),
                _ => storage.ClearStateAsync(name, activation.GrainId, this, cancellationToken),
            });
            if (operation != Operation.Write)
                _state ??= NewState();
        }
        finally
        {
            if (--_running == 0)
                _last = Task.CompletedTask;
        }
    }

    private enum Operation
    {
        Read,
        Write,
        Clear,
    }
}
