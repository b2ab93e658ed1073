using Engage.Embedded.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>The runtime of one host: its grain classes, its clock, and whether it takes calls.</summary>
internal sealed class Silo : IDisposable
{
    private readonly IdleCollector _collector;
    private long _lastActivationId;
    private volatile Phase _phase;

    public Silo(
        IServiceProvider services,
        TimeProvider time,
        IOptions<GrainCollectionOptions> collection,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<SchedulingOptions> scheduling,
        IOptions<DeadlockOptions> deadlocks,
        ILogger<Silo> logger)
    {
        Services = services;
        Time = time;
        Logger = logger;
        Collection = collection.Value;
        Messaging = messaging.Value;
        DroppedCalls = new(logger);
        Deadlines = new(this, time, Messaging.ResponseTimeout, deadlocks.Value);
        Turns = new(this, time, scheduling.Value.TurnWarningLengthThreshold);
        Observers = new(this);
        References = new(this, ApplicationParts.ReadManifests());
        Factory = new LocalClient(this);
        _collector = new(this);
    }

    /// <summary>Not started, taking calls, taking the calls of grains only, taking none.</summary>
    private enum Phase
    {
        New,
        Running,
        Draining,
        Stopped,
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public GrainCollectionOptions Collection { get; }

    public SiloMessagingOptions Messaging { get; }

    public ResponseDeadlines Deadlines { get; }

    public TurnWatch Turns { get; }

    public DroppedCalls DroppedCalls { get; }

    public ObserverDirectory Observers { get; }

    public ReferenceFactory References { get; }

    public IClusterClient Factory { get; }

    /// <summary>Null when calls are just delivered.</summary>
    public CallTreatment? Treatment { get; private set; }

    public bool IsStopped => _phase == Phase.Stopped;

    public ActivationId NextActivationId() => new(Interlocked.Increment(ref _lastActivationId));

    /// <summary>True when calls are taken from anywhere.</summary>
    public bool IsRunning => _phase == Phase.Running;

    /// <summary>Why a call from the current thread is not taken; null when it is.</summary>
    public Exception? Refusal() => _phase switch
    {
        Phase.Running => null,
        Phase.Draining when RuntimeContext.Current is not null => null,
        _ => Unavailable(),
    };

    public SiloUnavailableException Unavailable() => new(_phase == Phase.New
        ? "Grains cannot be called before the host starts the silo. Call them from a startup task, or from a hosted "
            + "service that is registered after UseOrleans."
        : "The silo is stopping or has stopped and takes no more calls.");

    public void Start()
    {
        // Not before the start: a filter may itself want the grain factory.
        Treatment = CallTreatment.For(
            Services.GetService<CallInterceptor>(), Services.GetService<ICallCopier>(), References.Classes);
        Deadlines.Start();
        Turns.Start();
        _collector.Start();
        _phase = Phase.Running;
    }

    /// <summary>Calls under way end, then every grain is deactivated; what is not done in time is dropped.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_phase != Phase.Running)
            return;
        _phase = Phase.Draining;
        _collector.Dispose();
        try
        {
            await SiloShutdown.DrainAsync(this, cancellationToken);
            // A last turn that nobody waits for is not begun: on its own thread it might still run.
            cancellationToken.ThrowIfCancellationRequested();
            await SiloShutdown.DeactivateAllAsync(this, cancellationToken);
            // A call that was let in before the stop may make its activation only now: it is in the table by here and
            // deactivated, or it finds the silo stopped.
            _phase = Phase.Stopped;
            Interlocked.MemoryBarrier();
            await SiloShutdown.DeactivateAllAsync(this, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.ShutdownIncomplete(Logger, References.Classes.Sum(grainClass => grainClass.Activations.Count()));
        }

        Dispose();
        Deadlines.FailAll(Unavailable());
    }

    /// <summary>Stops at once, without ceremony; after <see cref="StopAsync"/> there is nothing left to stop.</summary>
    public void Dispose()
    {
        _phase = Phase.Stopped;
        _collector.Dispose();
        Deadlines.Dispose();
        Turns.Dispose();
    }
}
