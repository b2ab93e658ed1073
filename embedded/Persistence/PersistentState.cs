using System.Reflection;
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
    private bool _isRunning;
    private Queue<TaskCompletionSource>? _waiting;

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

    public Task ReadStateAsync(CancellationToken cancellationToken) => RunAsync(Operation.Read, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => RunAsync(Operation.Write, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => RunAsync(Operation.Clear, cancellationToken);

    private static TState NewState()
    {
        var type = typeof(TState);
        if (type.IsValueType)
            return default!;
        return type.GetConstructor(Type.EmptyTypes) is null ? default! : Activator.CreateInstance<TState>();
    }

    /// <summary>An operation that meets none under way goes at once, and this object does not keep its task: that is
    /// several times as large as most states, and a new object in an old one is work for the garbage collector.
    /// </summary>
    private async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (_isRunning)
            await TurnOf(_waiting ??= new());
        _isRunning = true;
        try
        {
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
            EndOne();
        }
    }

    private static Task TurnOf(Queue<TaskCompletionSource> waiting)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Enqueue(turn);
        return turn.Task;
    }

    /// <summary>The oldest that waits goes on; until it does, newer ones find an operation under way still.</summary>
    private void EndOne()
    {
        if (_waiting is null)
        {
            _isRunning = false;
            return;
        }

        _waiting.Dequeue().SetResult();
        if (_waiting.Count == 0)
            _waiting = null;
    }

    private enum Operation
    {
        Read,
        Write,
        Clear,
    }
}
