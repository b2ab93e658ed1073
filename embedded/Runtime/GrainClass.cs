using System.Collections.Concurrent;
using System.Reflection;
using Engage.Embedded.CodeGeneration;
using Orleans;
using Orleans.Concurrency;
using Orleans.Providers;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>A grain class: its rules, read from its attributes once, and the table of its activations.</summary>
internal sealed class GrainClass : IRequestRouter, IActivationHome
{
    private readonly ActivationTable _activations = new();
    private readonly Func<IdSpan, Activation> _make;
    private readonly ConcurrentDictionary<string, WorkerPool> _workers = new();

    public GrainClass(Silo silo, Type type)
    {
        Silo = silo;
        Type = type;
        _make = key => new(this, this, key);
        GrainType = GrainType.Create(GrainNames.OfClass(type));
        Shared = new(GrainType, default, this, silo);
        Constructor = new(this);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        Interleaving = InterleavingRule.Of(type);
        WorkersMax = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        WaitingRequestsMax = silo.Messaging.MaxEnqueuedRequestsHardLimit;
        CollectionAge = AgeOf(silo, type);
        DefaultStorageName = type.GetCustomAttribute<StorageProviderAttribute>()?.ProviderName
            ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
        HasOnActivate = Overrides(nameof(IGrainBase.OnActivateAsync), [typeof(CancellationToken)]);
        HasOnDeactivate = Overrides(
            nameof(IGrainBase.OnDeactivateAsync), [typeof(DeactivationReason), typeof(CancellationToken)]);
    }

    public Silo Silo { get; }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public GrainReferenceShared Shared { get; }

    public GrainConstructor Constructor { get; }

    public bool IsReentrant { get; }

    /// <summary>The class's own say about what interleaves; null when it has none.</summary>
    public InterleavingRule? Interleaving { get; }

    /// <summary>True when call filters want the calls to this class.</summary>
    public bool IsIntercepted { get; set; }

    /// <summary>Zero unless the class is a stateless worker.</summary>
    public int WorkersMax { get; }

    public int WaitingRequestsMax { get; }

    /// <summary>Infinite when activations are never collected.</summary>
    public TimeSpan CollectionAge { get; }

    public string DefaultStorageName { get; }

    public bool HasOnActivate { get; }

    public bool HasOnDeactivate { get; }

    public IEnumerable<Activation> Activations =>
        _activations.ToList().Concat(_workers.Values.SelectMany(pool => pool.Workers));

    public IRequestTarget Route(IdSpan key) => WorkersMax > 0 ? PoolOf(key) : ActivationOf(key);

    public WorkerPool PoolOf(IdSpan key) =>
        _workers.GetOrAdd(key.ToString(), static (text, self) => new(self, IdSpan.Create(text)), this);

    /// <summary>Stateless keys that have workers.</summary>
    public int PoolCount => _workers.Count;

    public Activation? Find(IdSpan key) => _activations.Find(key);

    public Activation? Remove(Activation activation, ref RequestList waiting)
    {
        if (waiting.IsEmpty || Silo.IsStopped)
        {
            _activations.Remove(activation);
            while (waiting.TakeFirst() is { } request)
                request.Reject(Silo.Unavailable());
            return null;
        }

        // What waited comes first: it waits at the next activation before anybody else can find that one.
        var next = new Activation(this, this, activation.Key, isHeld: true);
        while (waiting.TakeFirst() is { } request)
            next.Preload(request);
        _activations.Replace(activation, next);
        return next;
    }

    public void Redeliver(IdSpan key, Request request)
    {
        if (Silo.IsStopped)
            request.Reject(Silo.Unavailable());
        else
            ActivationOf(key).PostAccepted(request);
    }

    public void OnFree(Activation activation)
    {
        // Its caller's next request comes by itself.
    }

    /// <summary>Answers a request that found the queue full; a one-way call is dropped, logged and counted.</summary>
    public void RejectOverload(Request request, GrainId grainId, int waiting) =>
        request.Reject(new LimitExceededException(
            nameof(Silo.Messaging.MaxEnqueuedRequestsHardLimit), waiting, WaitingRequestsMax, grainId));

    /// <summary>Takes a stateless key's pool, which has no workers left, out of the table.</summary>
    public void Remove(WorkerPool pool, IdSpan key) => _workers.TryRemove(new(key.ToString(), pool));

    private static TimeSpan AgeOf(Silo silo, Type type)
    {
        if (silo.Collection.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age))
            return age;
        var limit = type.GetCustomAttribute<CollectionAgeLimitAttribute>();
        if (type.IsDefined(typeof(KeepAliveAttribute), inherit: true) || limit is { AlwaysActive: true })
            return Timeout.InfiniteTimeSpan;
        return limit?.AgeLimit ?? silo.Collection.CollectionAge;
    }

    private Activation ActivationOf(IdSpan key) => _activations.GetOrAdd(key, _make);

    private bool Overrides(string method, Type[] parameters)
    {
        var map = Type.GetInterfaceMap(typeof(IGrainBase));
        var target = map.TargetMethods[Array.IndexOf(
            map.InterfaceMethods, typeof(IGrainBase).GetMethod(method, parameters)!)];
        var actual = target.DeclaringType == typeof(Grain) ? Type.GetMethod(method, parameters) ?? target : target;
        return actual.DeclaringType != typeof(Grain) && actual.DeclaringType != typeof(IGrainBase);
    }
}
