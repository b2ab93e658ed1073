using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Engage.Grains.Recommending;

/// <summary>Runs what is queued on one thread of its own, one after another, also what follows an await.</summary>
/// <param name="name">Of the thread.</param>
/// <param name="niceness">By how much others go before it, on Linux; 0: not at all.</param>
internal sealed partial class SingleThreadScheduler(string name, int niceness) : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _queue = [];
    private readonly Lock _starting = new();
    private Thread? _thread;

    public override int MaximumConcurrencyLevel => 1;

    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(
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
        // Once it is disposed of, looking at the queue throws as adding to it does.
        try
        {
            Begin();
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

    /// <summary>Begun by the first who has work for it.</summary>
    private void Begin()
    {
        if (Volatile.Read(ref _thread) is not null) return;
        lock (_starting)
        {
            if (_thread is not null || _queue.IsAddingCompleted) return;
            _thread = new(Work) { Name = name, IsBackground = true };
            if (niceness > 0) _thread.Priority = ThreadPriority.BelowNormal;
            _thread.UnsafeStart();
        }
    }

    private void Work()
    {
        // There, "the process 0" is the calling thread. If it is refused, all is as without it.
        if (niceness > 0 && OperatingSystem.IsLinux()) _ = SetPriority(0, 0, niceness);
        foreach (var task in _queue.GetConsumingEnumerable()) TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);
}
