using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>Runs work one turn at a time, on whichever pool thread is free.</summary>
/// <remarks>
/// <para>
/// A turn is one uninterrupted run of a grain's code: from the start of a request to its first unfinished await, or
/// from there to the next. It is a <see cref="TaskScheduler"/> because that is what await captures: the code after an
/// await in a grain comes back here as a task and waits in the same queue as new requests. Code that left by
/// <c>ConfigureAwait(false)</c> or <c>Task.Run</c> is on its own until it awaits something begun on a turn.
/// </para>
/// <para>
/// Turns run in bursts. A burst is one pool work item, with this scheduler as <see cref="TaskScheduler.Current"/> while
/// it runs. It ends after a bounded number of turns, so that a busy grain returns the thread to the pool's queue, and
/// timers and other grains get it.
/// </para>
/// <para>
/// <c>_dispatched</c> is one while a burst is queued or running. A producer adds first and looks at it after; the
/// burst clears it first and looks at the queue after. One of them sees the other, so no item is left behind.
/// </para>
/// </remarks>
internal abstract class TurnScheduler : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>Turns per burst. More amortizes the dispatch better, fewer lets others in sooner.</summary>
    private const int TurnsPerBurst = 64;

    /// <summary>
    /// Of so many activations that a thread wakes, all but one are queued with the thread itself, where what they need
    /// is in its cache. A thread takes from its own queue first, newest first; the one that goes to the common queue,
    /// which is first in, first out, ends each such chain, so that neither older work of the thread nor that of others
    /// starves.
    /// </summary>
    private const uint LocalDispatches = 8;

    private static readonly Action<object?> RunBurst =
        static scheduler => ((TurnScheduler)scheduler!).Burst(TurnSlot.Own);

    [ThreadStatic]
    private static Task? t_burst;

    private WorkQueue _queue;
    private int _dispatched;
    private bool _moreToDo;

    /// <param name="isHeld">Nothing runs until <see cref="Release"/>.</param>
    protected TurnScheduler(bool isHeld) => _dispatched = isHeld ? 1 : 0;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>True on the thread that runs a turn of this scheduler.</summary>
    protected bool IsOnTurn => ReferenceEquals(RuntimeContext.Current, Context);

    /// <summary>What <see cref="RuntimeContext.Current"/> is on a turn.</summary>
    protected abstract IGrainContext Context { get; }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            if (AmbientScheduler.IsSupported)
                BurstInPlace();
            else
                BurstAsTask();
        }
#pragma warning disable CA1031 // What the runtime itself throws must not end the process; it is logged as critical.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            OnBroken(exception);
        }

        if (_moreToDo)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        Interlocked.Exchange(ref _dispatched, 0);
        if (_queue.HasAdded)
            Dispatch();
    }

    protected void Enqueue(WorkItem item)
    {
        _queue.Add(item);
        Dispatch();
    }

    /// <summary>Lets a held scheduler run, and gives it something to run.</summary>
    protected void Release(WorkItem item)
    {
        _queue.Add(item);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Runs now what is queued, except for continuations, which stay queued: on a turn.</summary>
    protected void RunQueuedItems()
    {
        List<WorkItem>? continuations = null;
        while (_queue.Take() is { } item)
        {
            if (item is ContinuationItem)
                (continuations ??= []).Add(item);
            else
                Run(item);
        }

        foreach (var continuation in continuations ?? [])
            _queue.Add(continuation);
    }

    /// <summary>Runs one item that is not a continuation.</summary>
    protected abstract void Run(WorkItem item);

    /// <summary>The runtime itself threw: what grains throw never comes here.</summary>
    protected abstract void OnBroken(Exception exception);

    protected abstract void BeginBurst(TurnSlot slot);

    protected abstract void OnSlowTurnEnded(TurnSlot slot);

    /// <summary>
    /// Runs one thing that waited inside, such as a request; false when there is none that may run now.
    /// </summary>
    protected abstract bool TryRunWaiting();

    protected sealed override void QueueTask(Task task)
    {
        if (ReferenceEquals(task, t_burst))
            TryExecuteTask(task);
        else
            Enqueue(ContinuationItem.Rent(task));
    }

    protected sealed override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && IsOnTurn && TryExecuteTask(task);

    protected sealed override IEnumerable<Task> GetScheduledTasks() => [];

    private void Dispatch()
    {
        if (Volatile.Read(ref _dispatched) == 0 && Interlocked.CompareExchange(ref _dispatched, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: ++TurnSlot.Own.Dispatches % LocalDispatches != 0);
    }

    private void BurstInPlace()
    {
        var slot = TurnSlot.Own;
        ref var current = ref AmbientScheduler.Enter(this, slot.Carrier, out var before);
        try
        {
            Burst(slot);
        }
        finally
        {
            current = before;
        }
    }

    private void BurstAsTask()
    {
        var burst = new Task(RunBurst, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        t_burst = burst;
        burst.Start(this);
        t_burst = null;
        burst.GetAwaiter().GetResult();
    }

    private void Burst(TurnSlot slot)
    {
        BeginBurst(slot);
        slot.Context = Context;
        var ambient = ExecutionContext.Capture();
        _moreToDo = true;
        try
        {
            for (var turn = 0; turn < TurnsPerBurst; turn++)
            {
                if (!TryRunWaiting() && !TryRunQueued())
                {
                    _moreToDo = false;
                    return;
                }

                if (slot.EndTurn())
                    OnSlowTurnEnded(slot);
                // A method that is not async may have left ambient values behind; the next turn must not see them.
                if (ambient is not null)
                    ExecutionContext.Restore(ambient);
            }
        }
        finally
        {
            slot.Context = null;
            slot.EndBurst();
        }
    }

    private bool TryRunQueued()
    {
        var item = _queue.Take();
        if (item is null)
            return false;
        if (item is ContinuationItem continuation)
            TryExecuteTask(continuation.TakeTask());
        else
            Run(item);
        return true;
    }
}
