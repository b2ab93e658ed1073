using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>
/// The activations of one stateless key. A worker gets a request at a time and what finds all busy waits here; but what
/// may interleave goes to the busy workers in turn, whose own rules of overlap apply.
/// </summary>
internal sealed class WorkerPool(GrainClass grainClass, IdSpan key) : IRequestTarget, IActivationHome
{
    private readonly Lock _lock = new();
    private readonly List<Activation> _workers = [];
    private readonly List<Activation> _free = [];
    private RequestList _waiting;
    private int _waitingCount;
    private uint _next;
    private volatile bool _isGone;

    public bool IsGone => _isGone;

    public Activation[] Workers
    {
        get
        {
            lock (_lock)
                return [.. _workers];
        }
    }

    public void Post(Request request) => Deliver(request, grainClass.WaitingRequestsMax);

    public void OnFree(Activation activation)
    {
        Request? next;
        lock (_lock)
        {
            next = TakeWaiting();
            if (next is null && activation.IsFree && _workers.Contains(activation) && !_free.Contains(activation))
                _free.Add(activation);
        }

        if (next is not null)
            activation.PostAccepted(next);
    }

    public Activation? Remove(Activation activation, ref RequestList waiting)
    {
        Activation? successor = null;
        Request? next;
        lock (_lock)
        {
            _workers.Remove(activation);
            _free.Remove(activation);
            next = TakeWaiting();
            if (next is not null)
                successor = TakeWorker();
            _isGone = _workers.Count == 0;
            if (_isGone)
                grainClass.Remove(this, key);
        }

        successor?.PostAccepted(next!);
        while (waiting.TakeFirst() is { } request)
            Redeliver(key, request);
        return null;
    }

    public void Redeliver(IdSpan key, Request request)
    {
        if (grainClass.Silo.IsStopped)
            request.Reject(grainClass.Silo.Unavailable());
        else
            Deliver(request, waitingMax: 0);
    }

    private void Deliver(Request request, int waitingMax)
    {
        Activation? worker = null;
        Activation? shared = null;
        var waiting = 0;
        bool isGone;
        lock (_lock)
        {
            isGone = _isGone;
            worker = isGone ? null : TakeWorker();
            if (worker is null && !isGone && grainClass.IsReentrant)
                shared = _workers[(int)(_next++ % (uint)_workers.Count)];
            else if (worker is null && !isGone)
                waiting = TryWait(request, waitingMax);
        }

        // Nothing comes back to a pool that is gone: the table has, or makes, another.
        if (isGone)
            grainClass.PoolOf(key).Deliver(request, waitingMax);
        else if (worker is not null)
            worker.PostAccepted(request);
        else if (shared is not null && waitingMax > 0)
            shared.Post(request);
        else if (shared is not null)
            shared.PostAccepted(request);
        else if (waiting > 0)
            grainClass.RejectOverload(request, new(grainClass.GrainType, key), waiting);
    }

    private Activation? TakeWorker()
    {
        if (_free.Count > 0)
        {
            var free = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            return free;
        }

        if (_workers.Count >= grainClass.WorkersMax)
            return null;
        var worker = new Activation(grainClass, this, key);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Zero when the request waits now; else the number that wait already.</summary>
    private int TryWait(Request request, int waitingMax)
    {
        if (waitingMax > 0 && _waitingCount >= waitingMax)
            return _waitingCount;
        _waiting.Add(request);
        _waitingCount++;
        return 0;
    }

    private Request? TakeWaiting()
    {
        var next = _waiting.TakeFirst();
        if (next is not null)
            _waitingCount--;
        return next;
    }
}
