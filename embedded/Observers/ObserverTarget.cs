using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Runtime;
using Orleans;
using Orleans.Runtime;

namespace Engage.Embedded.Observers;

/// <summary>
/// Calls one observer, one call after another, in the order of sending, on pool threads: the grain that notifies never
/// waits for it. It is held weakly. When its queue is full the call fails at the sender, one-way or not, so that an
/// <see cref="Orleans.Utilities.ObserverManager{TIdentity,TObserver}"/> drops an observer that does not keep up: the
/// sender is the only one who can tell that this observer needs a fresh start. One-way calls to grains are dropped.
/// </summary>
internal sealed class ObserverTarget : IRequestTarget, IRequestHost, IThreadPoolWorkItem
{
    private const int CallsPerBurst = 64;

    private readonly Silo _silo;
    private readonly GrainId _id;
    private readonly WeakReference<IGrainObserver>? _observer;
    private WorkQueue _queue;
    private int _dispatched;
    private int _waiting;
    private int _firstToFinish;
    private volatile bool _isDeleted;

    public ObserverTarget(Silo silo, GrainId id, IGrainObserver? observer)
    {
        _silo = silo;
        _id = id;
        _observer = observer is null ? null : new(observer);
        _isDeleted = observer is null;
    }

    public GrainId GrainId => _id;

    public bool IsGone => _isDeleted;

    public void Delete() => _isDeleted = true;

    public void Post(Request request)
    {
        var limit = _silo.Messaging.MaxEnqueuedRequestsHardLimit;
        var waiting = Interlocked.Increment(ref _waiting);
        if (limit > 0 && waiting > limit)
        {
            Interlocked.Decrement(ref _waiting);
            RejectOverload(request, waiting, limit);
            return;
        }

        _queue.Add(request);
        if (Volatile.Read(ref _dispatched) == 0 && Interlocked.CompareExchange(ref _dispatched, 1, 0) == 0)
            Dispatch();
    }

    /// <summary>The second of this and of <see cref="Execute"/> leaving the call goes on with the next one.</summary>
    public void RequestEnded(Request request, Exception? exception)
    {
        if (exception is not null && request.IsOneWay)
            Log.OneWayCallFailed(_silo.Logger, exception, _id);
        if (Interlocked.Exchange(ref _firstToFinish, 1) == 1)
            Dispatch();
    }

    public void Execute()
    {
        var ambient = ExecutionContext.Capture();
        for (var call = 0; call < CallsPerBurst; call++)
        {
            if (_queue.Take() is not Request request)
            {
                Interlocked.Exchange(ref _dispatched, 0);
                if (!_queue.HasAdded || Interlocked.CompareExchange(ref _dispatched, 1, 0) != 0)
                    return;
                continue;
            }

            Interlocked.Decrement(ref _waiting);
            if (!RunsToItsEnd(request))
                return;
            if (ambient is not null)
                ExecutionContext.Restore(ambient);
        }

        Dispatch();
    }

    private bool RunsToItsEnd(Request request)
    {
        if (_isDeleted || _observer is null || !_observer.TryGetTarget(out var observer))
        {
            _isDeleted = true;
            _silo.Observers.Forget(_id);
            request.Reject(new ClientNotAvailableException(_id));
            return true;
        }

        Volatile.Write(ref _firstToFinish, 0);
        request.Start(this, observer);
        return Interlocked.Exchange(ref _firstToFinish, 1) == 1;
    }

    private void Dispatch() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void RejectOverload(Request request, int waiting, int limit)
    {
        var exception = new LimitExceededException(
            nameof(_silo.Messaging.MaxEnqueuedRequestsHardLimit), waiting, limit, _id);
        if (!request.IsOneWay)
        {
            request.Reject(exception);
            return;
        }

        ((Invocation)request).Discard();
        throw exception;
    }
}
