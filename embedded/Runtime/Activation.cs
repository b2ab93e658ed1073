using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Persistence;
using Engage.Embedded.Timers;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Embedded.Runtime;

/// <summary>One life of one grain: it comes, serves, and goes. What does not say otherwise is used on turns.</summary>
/// <remarks>
/// How leaving races with calls: once leaving is decided no request starts any more; those under way end, then
/// <c>OnDeactivateAsync</c> runs, then the activation removes itself from its home, and only then passes on what
/// waited. The first of these makes the next activation; so two never live at once, and no call is lost. A caller that
/// still holds this activation may post to it at any time later: its queue works for ever, and passes on. Only an
/// overdue departure (see <see cref="Departure"/>) lets the next activation come while old code may still run.
/// </remarks>
internal sealed class Activation : RequestScheduler, ICollectibleGrainContext, IRequestTarget
{
    [ThreadStatic]
    private static List<IStorage>? t_states;

    private readonly IActivationHome _home;
    private long _idleSince;
    private Stage _stage;
    private bool _isDeparting;
    private volatile bool _isGone;

    /// <param name="isHeld">It does not run until <see cref="RequestScheduler.Begin"/>.</param>
    public Activation(GrainClass grainClass, IActivationHome home, IdSpan key, bool isHeld = false)
        : base(grainClass, key, isHeld)
    {
        _home = home;
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

    public ActivationId ActivationId { get; }

    /// <summary>The next of its bucket; belongs to <see cref="ActivationTable"/>.</summary>
    public Activation? NextInTable { get; set; }

    public IGrainFactory GrainFactory => Class.Silo.Factory;

    public GrainReference GrainReference => GrainReference.Untyped(Class.Shared, Key);

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

    /// <summary>What the current turn is about. From any thread.</summary>
    public string DescribeTurn() => CurrentRequest?.Describe()
        ?? (IsInTransition ? "its activation or deactivation" : $"one of {RunningCount} requests under way");

    /// <summary>True while it comes or goes, so that requests wait although none runs. From any thread.</summary>
    public bool IsInTransition => _stage is Stage.Activating or Stage.Leaving;

    protected override IGrainContext Context => this;

    /// <summary>On a turn, for what waits: makes the grain if it is not made yet.</summary>
    public void Wake()
    {
        if (_stage == Stage.New && AnyWaits)
            BeginActivation();
    }

    public override void RequestEnded(Request request, Exception? exception)
    {
        End(request);
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
        if (_stage == Stage.Active && IsFree && !WasUsed)
            Leave(new(DeactivationReasonCode.ActivationIdle, $"Idle for {Class.CollectionAge}."), default);
    }

    /// <summary>A look by the collector, on its own thread; the decision is made later on a turn.</summary>
    public void CollectIfIdle(long now)
    {
        var time = Class.Silo.Time;
        if (WasUsed || RunningCount > 0)
        {
            WasUsed = false;
            _idleSince = now;
        }
        else if (time.GetElapsedTime(_idleSince, now) >= Class.CollectionAge && ExtrasIfAny?.IsKept(time) is not true)
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
        LookAgain();
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
                _home.Redeliver(Key, request);
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
        RejectWaiting(exception);
    }

    /// <summary>Callers keep this object as long as they keep references; the grain must not be kept with it.</summary>
    public void ReleaseGrain()
    {
        ExtrasIfAny?.Scope = null;
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
            return TryDepart(ExtrasIfAny!.Departure!);
        return TryStartNext();
    }

    protected override void OnFree() => _home.OnFree(this);

    private void Admit(Request request)
    {
        switch (_stage)
        {
            case Stage.Active when !_isDeparting && MayStart(request):
                Start(request);
                break;
            case Stage.New when Class.Silo.IsStopped:
                Wait(request);
                VanishFailed(Class.Silo.Unavailable());
                break;
            case Stage.New:
                Wait(request);
                BeginActivation();
                break;
            case Stage.Gone:
                if (MayPassOn(request))
                    _home.Redeliver(Key, request);
                break;
            default:
                Wait(request);
                break;
        }
    }

    private void BeginActivation()
    {
        _stage = Stage.Activating;
        _ = ActivationStart.RunAsync(this);
    }

    private void Depart(DeactivationReason reason, CancellationToken hurry)
    {
        Extras.Departure = new(this, reason, NeedsDeadline(), hurry);
        _isDeparting = true;
    }

    private bool NeedsDeadline() => RunningCount > 0 || Class.HasOnDeactivate
        || GrainInstance is IAsyncDisposable || ExtrasIfAny is { Scope: not null };

    private bool TryDepart(Departure departure)
    {
        // A tick under way may wait for just this; if it were stopped last, each would wait for the other.
        ExtrasIfAny?.StopTimers(this);
        if (RunningCount > 0 && !departure.IsOverdue)
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
        ExtrasIfAny?.OnGone();
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
