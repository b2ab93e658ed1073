using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Engage.Grains.Recommending;

/// <summary>
/// The one thread on which a silo's model learns, also what follows an await there. It takes what is queued one after
/// another, as turns of an actor are: whatever runs on it has the model to itself until its next await.
/// </summary>
/// <remarks>
/// <para>
/// Learning takes most of a processor for seconds on end, in pieces of tens of milliseconds. As turns of an actor these
/// took one of the few threads that all actors share, and a ranking passes through those on its way in and out. On
/// Linux, where .NET knows no priorities, the thread is also nicer than others: where they want the same processor it
/// gets a third of what they get. It still finishes the slice that it has begun, so whoever learns also gives the
/// processor away between two examples (<see cref="ModelTrainer"/>): of the two, neither suffices alone
/// (docs/results/2026-11-22-training-beside-scoring.md).
/// </para>
/// <para>
/// Rejected: the lowest priority there is. Beside anything busy it starves, events pile up meanwhile, and a process
/// without privileges cannot take it back.
/// </para>
/// </remarks>
internal sealed partial class LearningThread : TaskScheduler, IDisposable
{
    private const int Niceness = 5;

    private readonly BlockingCollection<Task> _queue = [];
    private readonly Lock _starting = new();
    private Thread? _thread;

    public override int MaximumConcurrencyLevel => 1;

    public Task Run(Func<Task> work) => Start(work).Unwrap();

    public Task<T> Run<T>(Func<Task<T>> work) => Start(work).Unwrap();

    public Task<T> Run<T>(Func<T> work) => Start(work);

    public Task Run(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>What still comes, as the end of a write that was under way, runs on threads of the pool.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread?.Join();
        _queue.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        Begin();
        try
        {
            _queue.Add(task);
        }
        catch (InvalidOperationException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];

    private Task<T> Start<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Silos on which no model ever learns need no thread for it.</summary>
    private void Begin()
    {
        if (Volatile.Read(ref _thread) is not null) return;
        lock (_starting)
        {
            if (_thread is not null || _queue.IsAddingCompleted) return;
            _thread = new(Work)
            {
                Name = "engage-learning", IsBackground = true, Priority = ThreadPriority.BelowNormal,
            };
            _thread.UnsafeStart();
        }
    }

    private void Work()
    {
        // There, "the process 0" is the calling thread. If it is refused, all is as without it.
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Niceness);
        foreach (var task in _queue.GetConsumingEnumerable()) TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);
}
