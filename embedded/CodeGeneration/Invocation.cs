using System.ComponentModel;
using System.Reflection;
using Engage.Embedded.Runtime;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Engage.Embedded.CodeGeneration;

/// <summary>
/// One call, from the proxy to the answer. The generator derives a class per method that adds the arguments.
/// </summary>
/// <remarks>
/// <para>
/// The object is pooled, while three parties may touch it: the callee who answers, the caller's cancellation, and the
/// sweep that times calls out. The ticket decides: its low bits are the stage, the rest counts the uses of the object.
/// Whoever moves it from pending to something else, by compare-and-swap, completes the caller's promise. A sweep that
/// looked at an earlier use holds an old ticket and so changes nothing.
/// </para>
/// <para>
/// An object that was abandoned (timed out or cancelled) may still be held by the callee and is left to the collector.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Invocation : Request, IInvokable
{
    private const long StageMask = 3;
    private const long Pending = 1;
    private const long Answered = 2;
    private const long Abandoned = 3;
    private const long NextUse = 4;

    private long _ticket;
    private GrainReferenceShared? _shared;
    private IdSpan _key;
    private Dictionary<string, object>? _requestContext;
    private CancellationTokenRegistration _cancellation;
    private object? _caller;
    private int _callerUse;
    private Activation? _callerActivation;
    private object? _target;
    private bool _isShown;

    private protected Invocation(CallOptions options)
        : base(options) => CallRegistry.Add(this);

    public abstract CallMethod Method { get; }

    /// <summary>The method's own response timeout, if it has one.</summary>
    public virtual TimeSpan? ResponseTimeout => null;

    /// <summary>The argument that is a cancellation token, if there is one.</summary>
    protected virtual CancellationToken Cancellation => CancellationToken.None;

    /// <summary>Place in <see cref="CallRegistry"/>; guarded by its lock.</summary>
    internal int RegistryIndex { get; set; } = -1;

    internal Silo? Silo => _shared?.Silo;

    /// <summary>The silo's coarse clock when the call was sent.</summary>
    internal long SentAt { get; private set; }

    internal override Guid ReentrancyId => RequestContext.ReentrancyIdOf(_requestContext);

    /// <summary>The grain or observer that it is for.</summary>
    internal GrainId TargetId => _shared is { } shared ? new(shared.GrainType, _key) : default;

    internal GrainClass? TargetClass => _shared?.Router as GrainClass;

    internal long Ticket => Volatile.Read(ref _ticket);

    object? IInvokable.GetTarget() => _target;

    void IInvokable.SetTarget(ITargetHolder holder)
    {
        ArgumentNullException.ThrowIfNull(holder);
        _target = holder.GetTarget();
    }

    ValueTask<Response> IInvokable.Invoke() => InvokeTargetAsync(_target
        ?? throw new InvalidOperationException($"{Method} has no target here; it is run on a turn of its callee."));

    int IInvokable.GetArgumentCount() => Method.ParameterCount;

    object? IInvokable.GetArgument(int index) => GetArgument(index);

    void IInvokable.SetArgument(int index, object value) => SetArgument(index, value);

    string IInvokable.GetMethodName() => Method.Name;

    string IInvokable.GetInterfaceName() => Method.DeclaringInterface.FullName!;

    string IInvokable.GetActivityName() => Method.ToString();

    MethodInfo IInvokable.GetMethod() => Method.Info;

    Type IInvokable.GetInterfaceType() => Method.DeclaringInterface;

    TimeSpan? IInvokable.GetDefaultResponseTimeout() => ResponseTimeout;

    CancellationToken IInvokable.GetCancellationToken() => Cancellation;

#pragma warning disable CA1816 // It has no finalizer, and nothing to dispose of.
    void IDisposable.Dispose()
#pragma warning restore CA1816
    {
        // It is disposed of by whoever runs it.
    }

    internal static bool IsPending(long ticket) => (ticket & StageMask) == Pending;

    /// <summary>
    /// Who made the call: the request that was running, or the activation where that is not known, or nobody; and which
    /// use of the object it was.
    /// </summary>
    internal (object? Caller, int Use) Caller => (_caller, _callerUse);

    /// <summary>The grain that made the call; for call filters.</summary>
    internal GrainId? CallerId => _callerActivation?.GrainId;

    /// <summary>The interface through which the call was made.</summary>
    internal GrainInterfaceType InterfaceType => _shared?.InterfaceType ?? default;

    internal override string Describe() =>
        _shared is { } shared ? $"{Method} of {new GrainId(shared.GrainType, _key)}" : Method.ToString();

    /// <summary>
    /// Gets ready to be posted. The promise exists already: cancellation may come at any moment after.
    /// </summary>
    internal void Begin(GrainReferenceShared shared, IdSpan key, CancellationToken cancellationToken)
    {
        _shared = shared;
        _key = key;
        SentAt = shared.Silo.Deadlines.CoarseNow;
        _requestContext = RequestContext.Snapshot;
        if (RuntimeContext.Current is Activation activation)
            NoteCaller(activation);
        if (IsOneWay)
            return;
        Volatile.Write(ref _ticket, (_ticket & ~StageMask) + NextUse + Pending);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(
                static (call, token) => ((Invocation)call!).OnCallerCancelled(token), this);
    }

    /// <summary>Back to the pool, never sent.</summary>
    internal void Discard() => Recycle();

    /// <summary>Shows the call to code that may keep it: it is never pooled.</summary>
    internal void Show()
    {
        _isShown = true;
        CallRegistry.Remove(this);
    }

    /// <summary>A call of its own with the same arguments.</summary>
    internal Invocation Repeat()
    {
        var call = Rent();
        for (var i = 0; i < Method.ParameterCount; i++)
            call.SetArgument(i, GetArgument(i));
        return call;
    }

    /// <summary>Replaces the arguments by copies, before it is sent.</summary>
    /// <exception cref="CodecNotFoundException">An argument is of a type that cannot cross.</exception>
    internal void Isolate(ICallCopier copier)
    {
        try
        {
            CopyArguments(copier);
        }
        catch (CodecNotFoundException refusal)
        {
            Discard();
            throw new CodecNotFoundException($"Argument of {Method}: {refusal.Message}");
        }
    }

    private protected TResult IsolateResult<TResult>(ICallCopier copier, TResult result)
    {
        try
        {
            return copier.Copy(result);
        }
        catch (CodecNotFoundException refusal)
        {
            throw new CodecNotFoundException($"Result of {Method}: {refusal.Message}");
        }
    }

    /// <summary>Sends it past any filters.</summary>
    internal abstract Task<Response> SendAsync(GrainProxy proxy, CancellationToken cancellationToken);

    /// <summary>Takes the right to complete the promise away from the callee.</summary>
    internal bool TryAbandon(long ticket) => IsPending(ticket)
        && Interlocked.CompareExchange(ref _ticket, (ticket & ~StageMask) + Abandoned, ticket) == ticket;

    /// <summary>Completes the promise elsewhere, so that the caller's continuation never runs on this thread.</summary>
    internal void FailLater(Exception exception)
    {
        CallRegistry.Remove(this);
        // It is never pooled again, so nothing else would take it off a token that lives on.
        _cancellation.Unregister();
        ThreadPool.UnsafeQueueUserWorkItem(
            static failure => failure.Call.SetException(failure.Exception), (Call: this, Exception: exception), false);
    }

    internal sealed override void Start(IRequestHost host, object target)
    {
        if (!IsOneWay && !IsPending(Ticket))
        {
            // The caller went away while the call was waiting: nobody wants the answer any more.
            host.RequestEnded(this, null);
            return;
        }

        Host = host;
        if (_requestContext is { } requestContext)
            RequestContext.Snapshot = requestContext;
        Run(host, target);
    }

    internal sealed override void Reject(Exception exception)
    {
        if (IsOneWay)
            Silo!.DroppedCalls.Add(Describe(), exception);
        Answer(exception);
    }

    private void Answer(Exception exception)
    {
        if (!TryClaimAnswer())
            return;
        SetException(exception);
        Recycle();
    }

    private protected abstract void Run(IRequestHost host, object target);

    private protected abstract void SetException(Exception exception);

    private protected abstract void ClearPromise();

    private protected abstract ValueTask<Response> InvokeTargetAsync(object target);

    protected abstract object? GetArgument(int index);

    protected abstract void SetArgument(int index, object? value);

    /// <summary>Copies what may be shared with the caller: neither references nor what is immutable.</summary>
    protected abstract void CopyArguments(ICallCopier copier);

    /// <summary>Another call of the same method, without arguments.</summary>
    protected abstract Invocation Rent();

    /// <summary>Drops the arguments, so that a pooled object keeps nothing alive.</summary>
    protected abstract void ClearArguments();

    /// <summary>Returns the object to its pool.</summary>
    protected abstract void ReturnToPool();

    protected static ArgumentOutOfRangeException NoArgument(CallMethod method, int index) => new(
        nameof(index), index, $"{method} has {method.ParameterCount} parameters.");

    private protected async Task<Response> FilterAsync(CallInterceptor interceptor, IRequestHost host, object target)
    {
        _target = target;
        // Filters may keep it, so it is never pooled; it stays in the registry while it runs, so that it can time out.
        _isShown = true;
        return await interceptor.ReceiveAsync((IGrainContext)host, this);
    }

    private protected void EndWithException(IRequestHost host, Exception exception)
    {
        End(host, exception);
        Answer(exception);
    }

    private protected void End(IRequestHost host, Exception? exception)
    {
        Host = null;
        host.RequestEnded(this, exception);
    }

    /// <summary>True when the caller still waits and nobody else answers.</summary>
    private protected bool TryClaimAnswer()
    {
        if (IsOneWay)
        {
            Recycle();
            return false;
        }

        var ticket = Ticket;
        return IsPending(ticket)
            && Interlocked.CompareExchange(ref _ticket, (ticket & ~StageMask) + Answered, ticket) == ticket;
    }

    private protected void Recycle()
    {
        // Disposing waits for a callback that is just running; after that nobody but the sweep knows this object.
        _cancellation.Dispose();
        _cancellation = default;
        _shared = null;
        _key = default;
        _requestContext = null;
        _caller = null;
        _callerActivation = null;
        Host = null;
        Use++;
        BarrenForwards = 0;
        ClearPromise();
        if (_isShown)
        {
            CallRegistry.Remove(this);
            return;
        }
        ClearArguments();
        ReturnToPool();
    }

    private void NoteCaller(Activation activation)
    {
        var request = activation.CurrentRequest;
        _caller = (object?)request ?? activation;
        _callerUse = request?.Use ?? 0;
        _callerActivation = activation;
    }

    private void OnCallerCancelled(CancellationToken cancellationToken)
    {
        if (TryAbandon(Ticket))
            FailLater(new OperationCanceledException(cancellationToken));
    }
}
