using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Timers;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>The requests of one activation: counts those that come, and says which starts next.</summary>
/// <remarks>
/// How a call travels: the proxy fills a pooled <see cref="Invocation"/> and posts it. The queue of this scheduler is
/// the only thing that callers touch; everything else is used on turns, so it needs no locks. On a turn the request is
/// admitted: it starts if the rules of reentrancy allow, or waits. When it ends, its promise completes and the oldest
/// waiting request that may start gets the next turn. Whether there is a grain to run it is the
/// <see cref="Activation"/>'s matter.
/// </remarks>
internal abstract class RequestScheduler : TurnScheduler, IRequestHost
{
    private readonly IdSpan _key;
    private ActivationExtras? _extras;
    private RequestList _waiting;
    private RunningRequests _running;
    private int _posted;
    private int _taken;
    private Request? _starting;
    private bool _lookAgain;
    private bool _servedAny;
    private volatile bool _used = true;

    /// <param name="isHeld">It does not run until <see cref="Begin"/>.</param>
    protected RequestScheduler(GrainClass grainClass, IdSpan key, bool isHeld)
        : base(isHeld) => (Class, _key) = (grainClass, key);

    public GrainClass Class { get; }

    public IdSpan Key => _key;

    public GrainId GrainId => new(Class.GrainType, _key);

    /// <summary>What runs the requests.</summary>
    public object? GrainInstance { get; protected set; }

    public bool RunsReadOnlyRequestsOnly => _running.AreReadOnly;

    /// <summary>True when more than attributes of methods decides what interleaves.</summary>
    public bool HasSpecialRules => Class.Interleaving is not null || _extras is { HasReentrantSections: true };

    /// <summary>
    /// Whose code runs on the current turn; null when that is not certain, as with several under way.
    /// </summary>
    public Request? CurrentRequest => _starting ?? _running.Sole;

    /// <summary>True when no request runs, waits or is queued: on a turn.</summary>
    public bool IsFree => _running.Count == 0 && Volatile.Read(ref _posted) == _taken;

    /// <summary>What most activations do not need.</summary>
    public ActivationExtras Extras => _extras ?? Interlocked.CompareExchange(ref _extras, new(), null) ?? _extras;

    /// <summary>The extras if anything made them.</summary>
    public ActivationExtras? ExtrasIfAny => _extras;

    /// <summary>Requests that have started and not ended.</summary>
    protected int RunningCount => _running.Count;

    /// <summary>True when a request has been admitted and not started.</summary>
    protected bool AnyWaits => !_waiting.IsEmpty;

    /// <summary>Whether a request that counts as use has started since this was last set to false. From any
    /// thread.</summary>
    protected bool WasUsed
    {
        get => _used;
        set => _used = value;
    }

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

    public abstract void RequestEnded(Request request, Exception? exception);

    /// <summary>Lets a request wait.</summary>
    protected void Wait(Request request)
    {
        _waiting.Add(request);
        _lookAgain = true;
    }

    /// <summary>What waits may start now, although nothing ended.</summary>
    protected void LookAgain() => _lookAgain = true;

    /// <summary>Starts the oldest request that waits and may.</summary>
    /// <returns>False when there is none.</returns>
    protected bool TryStartNext()
    {
        if (!_lookAgain)
            return false;
        if (_waiting.TakeFirstThatMayStart(this) is { } request)
            Start(request);
        else
            _lookAgain = false;
        return _lookAgain;
    }

    protected void Start(Request request)
    {
        if (request.OutlivesActivation)
            CountOut();
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

    protected void End(Request request)
    {
        _running.Remove(request);
        _lookAgain = true;
    }

    /// <summary>After a request has ended, or was answered without being run.</summary>
    protected void OnOneLess()
    {
        if (_running.Count > 0 || !_waiting.IsEmpty)
            return;
        if (Class.WorkersMax > 0)
            OnFree();
        _extras?.OnDrained();
    }

    /// <summary>A stateless worker has nothing under way and nothing waiting.</summary>
    protected abstract void OnFree();

    /// <summary>What waits and does not end with this activation, in its order, counted out of it.</summary>
    protected RequestList TakeWhatGoesOn()
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
    protected bool MayPassOn(Request request)
    {
        if (!request.OutlivesActivation)
            return false;
        CountOut();
        var max = Class.Silo.Messaging.MaxForwardCount;
        if (_servedAny || ++request.BarrenForwards <= max)
            return true;
        request.Reject(new OrleansMessageRejectionException(
            $"{GrainId} left {max + 1} times without serving the call; does it deactivate itself in OnActivateAsync?"));
        return false;
    }

    protected void RejectWaiting(Exception exception)
    {
        while (_waiting.TakeFirst() is { } request)
        {
            CountOut();
            request.Reject(exception);
        }
    }

    private void CountOut() => Volatile.Write(ref _taken, _taken + 1);

    private bool IsInReentrantSection(Request request) =>
        _extras is { HasReentrantSections: true } extras && extras.IsReentrant(request.ReentrancyId);
}
