using System.Runtime.InteropServices;

namespace Engage.Grains.Recommending;

/// <summary>Runs what is queued on one thread of its own, one after another, also what follows an await.</summary>
/// <remarks>It sleeps where nothing is queued. <c>BlockingCollection</c> spins first, and as what comes is milliseconds
/// apart, it gave the processor away thousands of times a second.</remarks>
/// <param name="name">Of the thread.</param>
/// <param name="niceness">By how much others go before it, on Linux; 0: not at all.</param>
internal sealed partial class SingleThreadScheduler(string name, int niceness) : TaskScheduler, IDisposable
{
    private readonly Queue<Task> _queue = [];
    private Thread? _thread;
    private bool _disposed;

    public override int MaximumConcurrencyLevel => 1;

    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>What still comes, as the end of a write that was under way, runs on threads of the pool.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.Pulse(_queue);
        }
        _thread?.Join();
    }

    /// <summary>The first who has work for it begins the thread.</summary>
    protected override void QueueTask(Task task)
    {
        lock (_queue)
        {
            if (!_disposed)
            {
                _queue.Enqueue(task);
                Monitor.Pulse(_queue);
                if (_thread is null) Begin();
                return;
            }
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_queue) return [.. _queue];
    }

    private void Begin()
    {
        _thread = new(Work) { Name = name, IsBackground = true };
        if (niceness > 0) _thread.Priority = ThreadPriority.BelowNormal;
        _thread.UnsafeStart();
    }

    private void Work()
    {
        // There, "the process 0" is the calling thread. If it is refused, all is as without it.
        if (niceness > 0 && OperatingSystem.IsLinux()) _ = SetPriority(0, 0, niceness);
        while (Next() is { } task) TryExecuteTask(task);
    }

    /// <returns>Null when nothing is left and nothing comes any more.</returns>
    private Task? Next()
    {
        lock (_queue)
        {
            Task? next;
            while (!_queue.TryDequeue(out next) && !_disposed) Monitor.Wait(_queue);
            return next;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);
}
