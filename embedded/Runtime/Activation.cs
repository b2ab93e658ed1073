using System.Diagnostics.CodeAnalysis;
using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Persistence;
using Engage.Embedded.Timers;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Embedded.Runtime;

/// <summary>One life of one grain: admits its requests, runs its turns, and comes and goes.</summary>
/// <remarks>
/// <para>
/// How a call travels: the proxy fills a pooled <see cref="Invocation"/> and posts it. The queue of this activation is
/// the only thing that callers touch; everything else in this class is used on turns, so it needs no locks. On a turn
/// the request is admitted: it starts if the rules of reentrancy allow, or waits. When it ends, its promise completes
/// and the oldest waiting request that may start gets the next turn.
/// </para>
/// <para>
/// How leaving races with calls: once leaving is decided no request starts any more; those under way end, then
/// <c>OnDeactivateAsync</c> runs, then the activation removes itself from its home, and only then passes on what
/// waited. The first of these makes the next activation; so two never live at once, and no call is lost. A caller that
/// still holds this activation may post to it at any time later: its queue works for ever, and passes on. Only an
/// overdue departure (see <see cref="Departure"/>) lets the next activation come while old code may still run.
/// </para>
/// <para>
/// Rejected: an object of its own for which request starts next. It reads better apart, but made an idle actor 8 bytes
/// larger and a call up to a third dearer.
/// </para>
/// </remarks>
internal sealed class Activation : TurnScheduler, ICollectibleGrainContext, IRequestTarget, IRequestHost
{
    [ThreadStatic]
    private static List<IStorage>? t_states;

    private readonly IActivationHome _home;
    private readonly IdSpan _key;
    private ActivationExtras? _extras;
    private RequestList _waiting;
    private long _idleSince;
    private RunningRequests _running;
    private int _posted;
    private int _taken;
    private Request? _starting;
    private Stage _stage;
    private bool _isDeparting;
    private bool _lookAgain;
    private bool _servedAny;
    private volatile bool _used = true;
    private volatile bool _isGone;

    /// <param name="isHeld">It does not run until <see cref="Begin"/>.</param>
    public Activation(GrainClass grainClass, IActivationHome home, IdSpan key, bool isHeld = false)
        : base(isHeld)
    {
        Class = grainClass;
        _home = home;
        _key = key;
        ActivationId = grainClass.Silo.NextActivationId();
    }

    private enum Stage : byte
    {
        New,
        Activating,
        Active,
        Leaving,
        Gone,
    }

    public GrainClass Class { get; }

    public ActivationId ActivationId { get; }

    public IdSpan Key => _key;

    public GrainId GrainId => new(Class.GrainType, _key);

    /// <summary>The next of its bucket; belongs to <see cref="ActivationTable"/>.</summary>
    public Activation? NextInTable { get; set; }

    public object? GrainInstance { get; private set; }

    public IGrainFactory GrainFactory => Class.Silo.Factory;

    public GrainReference GrainReference => GrainReference.Untyped(Class.Shared, _key);

    /// <summary>The scope is made when first asked for; a grain that needs no services costs none.</summary>
    /// <exception cref="ObjectDisposedException">The activation is gone.</exception>
    public IServiceProvider ActivationServices
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isGone, this);
            return (Extras.Scope ??= Class.Silo.Services.CreateScope()).ServiceProvider;
        }
    }

    public Task Deactivated => Extras.WhenGone(_isGone);

    public bool IsGone => _isGone;

    public bool RunsReadOnlyRequestsOnly => _running.AreReadOnly;

    /// <summary>True when more than attributes of methods decides what interleaves.</summary>
    public bool HasSpecialRules => Class.Interleaving is not null || _extras is { HasReentrantSections: true };

    /// <summary>
    /// Whose code runs on the current turn; null when that is not certain, as with several under way.
    /// </summary>
    public Request? CurrentRequest => _starting ?? _running.Sole;

    /// <summary>What the current turn is about. From any thread.</summary>
    public string DescribeTurn() => CurrentRequest?.Describe()
        ?? (IsInTransition ? "its activation or deactivation" : $"one of {_running.Count} requests under way");

    /// <summary>True while it comes or goes, so that requests wait although none runs. From any thread.</summary>
    public bool IsInTransition => _stage is Stage.Activating or Stage.Leaving;

    /// <summary>True when no request runs, waits or is queued: on a turn.</summary>
    public bool IsFree => _running.Count == 0 && Volatile.Read(ref _posted) == _taken;

    /// <summary>What most activations do not need.</summary>
    public ActivationExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, new(), null) ?? _extras;

    /// <summary>The extras if anything made them.</summary>
    public ActivationExtras? ExtrasIfAny => _extras;

    protected override IGrainContext Context => this;

    public void Post(Request request)
    {
        var limit = Class.WaitingRequestsMax;
        var waiting = Interlocked.Increment(ref _posted) - Volatile.Read(ref _taken);
        if (limit > 0 && waiting > limit)
        {
            Interlocked.Decrement(ref _posted);
            Class.RejectOverload(request, GrainId, waiting);
            return;
        }

        Enqueue(request);
    }

    /// <summary>Posts what was accepted already: the limit does not apply again.</summary>
    public void PostAccepted(Request request)
    {
        Interlocked.Increment(ref _posted);
        Enqueue(request);
    }

    public void PostTick(GrainTimer tick) => Enqueue(tick);

    public void PostCommand(ActivationCommand command) => Enqueue(command);

    /// <summary>Lets a request wait in an activation that was made held and has not begun: before all others.</summary>
    public void Preload(Request request)
    {
        Interlocked.Increment(ref _posted);
        _waiting.Add(request);
    }

    /// <summary>Lets an activation run that was made held.</summary>
    public void Begin() => Release(new WakeCommand());

    /// <summary>On a turn, for what waits: makes the grain if it is not made yet.</summary>
    public void Wake()
    {
        if (_stage == Stage.New && !_waiting.IsEmpty)
            BeginActivation();
    }

    /// <summary>On a turn. Also settles whether others must wait for it.</summary>
    public bool MayStart(Request request)
    {
        request.Blocks = !Class.IsReentrant
            && !request.AlwaysInterleaves
            && Class.Interleaving?.Lets(request, this) is not true;
        return _running.LetStart(request) || IsInReentrantSection(request);
    }

    public void EnterReentrantSection(Guid id)
    {
        Extras.EnterReentrantSection(id);
        _lookAgain = true;
    }

    public void LeaveReentrantSection(Guid id) => Extras.LeaveReentrantSection(id);

    public void RequestEnded(Request request, Exception? exception)
    {
        _running.Remove(request);
        _lookAgain = true;
        if (exception is not null)
            OnRequestFailed(request, exception);
        OnOneLess();
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (IsOnTurn)
            Leave(deactivationReason, cancellationToken);
        else
            PostCommand(new LeaveCommand(deactivationReason, cancellationToken));
    }

    public void DelayDeactivation(TimeSpan timeSpan) => Extras.Keep(Class.Silo.Time, timeSpan);

    public IStorage<TState> CreateStorage<TState>(Type grainClass) =>
        PersistentState.Create<TState>(this, "state", Class.DefaultStorageName);

    public IGrainTimer RegisterTimer<TState>(
        Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        if (!IsOnTurn)
            throw new InvalidOperationException($"A timer of {GrainId} was asked for outside the turns of the grain.");
        var timer = new GrainTimer<TState>(this, callback, state, options);
        Extras.Timers.Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    /// <summary>Begins to leave: on a turn.</summary>
    public void Leave(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_stage == Stage.New)
            Vanish();
        else if (_stage is Stage.Activating or Stage.Active && !_isDeparting)
            Depart(reason, cancellationToken);
    }

    /// <summary>Leaves if nothing happened since the collector looked: on a turn.</summary>
    public void LeaveIfIdle()
    {
        if (_stage == Stage.Active && IsFree && !_used)
            Leave(new(DeactivationReasonCode.ActivationIdle, $"Idle for {Class.CollectionAge}."), default);
    }

    /// <summary>A look by the collector, on its own thread; the decision is made later on a turn.</summary>
    public void CollectIfIdle(long now)
    {
        var time = Class.Silo.Time;
        if (_used || _running.Count > 0)
        {
            _used = false;
            _idleSince = now;
        }
        else if (time.GetElapsedTime(_idleSince, now) >= Class.CollectionAge && _extras?.IsKept(time) is not true)
        {
            PostCommand(new CollectCommand());
        }
    }

    /// <summary>Makes the grain.</summary>
    /// <returns>The stored states that it wants read before its first turn; null when there are none.</returns>
    public List<IStorage>? Construct()
    {
        t_states = null;
        GrainInstance = Class.Constructor.Construct(this);
        var states = t_states;
        t_states = null;
        return states;
    }

    /// <summary>Has the state read before the grain's first turn; called while it is constructed.</summary>
    public static void ReadFirst(IStorage state) => (t_states ??= []).Add(state);

    /// <summary>The grain is made, its state loaded and <c>OnActivateAsync</c> done: on a turn.</summary>
    public void OnActivated()
    {
        _stage = Stage.Active;
        _lookAgain = true;
    }

    /// <summary>Nothing of this life is left; what waits goes on, in its order: on a turn.</summary>
    public void Vanish()
    {
        _stage = Stage.Leaving;
        RunQueuedItems();
        var waiting = TakeWhatGoesOn();
        var successor = _home.Remove(this, ref waiting);
        _isGone = true;
        // Whoever saw the old one until now sent before anybody who sends to the new one.
        RunQueuedItems();
        var late = TakeWhatGoesOn();
        while (late.TakeFirst() is { } request)
        {
            if (successor is not null)
                successor.Preload(request);
            else
                _home.Redeliver(_key, request);
        }

        OnGone();
        successor?.Begin();
    }

    /// <summary>The grain could not be made; what waits is answered by the reason: on a turn.</summary>
    public void VanishFailed(Exception exception)
    {
        var none = default(RequestList);
        _home.Remove(this, ref none);
        OnGone();
        while (_waiting.TakeFirst() is { } request)
        {
            Volatile.Write(ref _taken, _taken + 1);
            request.Reject(exception);
        }
    }

    /// <summary>Callers keep this object as long as they keep references; the grain must not be kept with it.</summary>
    public void ReleaseGrain()
    {
        _extras?.Scope = null;
        GrainInstance = null;
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"{GrainId}{ActivationId}";

    protected override void Run(WorkItem item)
    {
        if (item is Request request)
            Admit(request);
        else
            ((ActivationCommand)item).Run(this);
    }

    protected override void OnBroken(Exception exception) => Log.TurnBroken(Class.Silo.Logger, exception, GrainId);

    protected override void BeginBurst(TurnSlot slot) => slot.BeginBurst(this);

    protected override void OnSlowTurnEnded(TurnSlot slot) => Class.Silo.Turns.OnSlowTurnEnded(slot, this);

    protected override bool TryRunWaiting()
    {
        if (_stage != Stage.Active)
            return false;
        if (_isDeparting)
            return TryDepart(_extras!.Departure!);
        if (!_lookAgain)
            return false;
        if (_waiting.TakeFirstThatMayStart(this) is { } request)
            Start(request);
        else
            _lookAgain = false;
        return _lookAgain;
    }

    private void Admit(Request request)
    {
        switch (_stage)
        {
            case Stage.Active when !_isDeparting && MayStart(request):
                Start(request);
                break;
            case Stage.New when Class.Silo.IsStopped:
                _waiting.Add(request);
                VanishFailed(Class.Silo.Unavailable());
                break;
            case Stage.New:
                _waiting.Add(request);
                BeginActivation();
                break;
            case Stage.Gone:
                if (MayPassOn(request))
                    _home.Redeliver(_key, request);
                break;
            default:
                _waiting.Add(request);
                _lookAgain = true;
                break;
        }
    }

    private void BeginActivation()
    {
        _stage = Stage.Activating;
        _ = ActivationStart.RunAsync(this);
    }

    private void Start(Request request)
    {
        if (request.OutlivesActivation)
            Volatile.Write(ref _taken, _taken + 1);
        if (_extras?.TakeRefusal(request) is { } refusal)
        {
            request.Reject(refusal);
            OnOneLess();
            return;
        }

        _running.Add(request);
        if (request.CountsAsUse)
            _used = true;
        _servedAny = true;
        _starting = request;
        request.Start(this, GrainInstance!);
        _starting = null;
    }

    private void OnOneLess()
    {
        if (_running.Count > 0 || !_waiting.IsEmpty)
            return;
        if (Class.WorkersMax > 0)
            _home.OnFree(this);
        _extras?.OnDrained();
    }

    private bool IsInReentrantSection(Request request) =>
        _extras is { HasReentrantSections: true } extras && extras.IsReentrant(request.ReentrancyId);

    private void Depart(DeactivationReason reason, CancellationToken hurry)
    {
        Extras.Departure = new(this, reason, NeedsDeadline(), hurry);
        _isDeparting = true;
    }

    private bool NeedsDeadline() => _running.Count > 0 || Class.HasOnDeactivate
        || GrainInstance is IAsyncDisposable || _extras is { Scope: not null };

    private bool TryDepart(Departure departure)
    {
        // A tick under way may wait for just this; if it were stopped last, each would wait for the other.
        _extras?.StopTimers(this);
        if (_running.Count > 0 && !departure.IsOverdue)
            return false;
        _stage = Stage.Leaving;
        _ = ActivationEnd.RunAsync(this, departure);
        return true;
    }

    private void OnGone()
    {
        _stage = Stage.Gone;
        _isGone = true;
        // Whoever adds extras now must see that it is gone, or be seen here: a store may otherwise pass a later load.
        Interlocked.MemoryBarrier();
        _extras?.OnGone();
    }

    private RequestList TakeWhatGoesOn()
    {
        var requests = default(RequestList);
        while (_waiting.TakeFirst() is { } request)
        {
            if (MayPassOn(request))
                requests.Add(request);
        }

        return requests;
    }

    /// <summary>Counts it out of this activation; false when it ends here.</summary>
    private bool MayPassOn(Request request)
    {
        if (!request.OutlivesActivation)
            return false;
        Volatile.Write(ref _taken, _taken + 1);
        var max = Class.Silo.Messaging.MaxForwardCount;
        if (_servedAny || ++request.BarrenForwards <= max)
            return true;
        request.Reject(new OrleansMessageRejectionException(
            $"{GrainId} left {max + 1} times without serving the call; does it deactivate itself in OnActivateAsync?"));
        return false;
    }

    private void OnRequestFailed(Request request, Exception exception)
    {
        if (request.IsOneWay)
            Log.OneWayCallFailed(Class.Silo.Logger, exception, GrainId);
        if (exception is not InconsistentStateException { IsSourceActivation: true } stale)
            return;
        stale.IsSourceActivation = false;
        Leave(new(DeactivationReasonCode.ApplicationError, stale, "The state is stale."), CancellationToken.None);
    }
}
