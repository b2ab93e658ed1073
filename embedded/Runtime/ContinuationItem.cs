using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>A task in the work queue.</summary>
/// <remarks>
/// Items are used again and so grow old: a new one, queued at an activation that is old, makes the next garbage
/// collection look through that activation and all around it. Whoever answers an await, as the thread that stores,
/// queues items and runs none: it takes whole chains that the threads of the pool have filled.
/// </remarks>
internal sealed class ContinuationItem : WorkItem
{
    private const int ChainLength = 64;
    private const int ShelfChains = 64;
    private static readonly Lock ShelfLock = new();
    private static readonly Stack<ContinuationItem> Shelf = new(ShelfChains);

    [ThreadStatic]
    private static ContinuationItem? t_first;

    [ThreadStatic]
    private static int t_count;

    private Task? _task;

    public static ContinuationItem Rent(Task task)
    {
        if (t_first is null)
            TakeChain();
        var item = t_first;
        if (item is null)
            return new() { _task = task };
        t_first = (ContinuationItem?)item.Next;
        t_count--;
        item.Next = null;
        item._task = task;
        return item;
    }

    /// <summary>Gives the task and returns the item to the pool.</summary>
    public Task TakeTask()
    {
        var task = _task!;
        _task = null;
        if (t_count == ChainLength)
            Shelve();
        Next = t_first;
        t_first = this;
        t_count++;
        return task;
    }

    private static void TakeChain()
    {
        if (Shelf.Count == 0)
            return;
        lock (ShelfLock)
        {
            if (Shelf.TryPop(out t_first))
                t_count = ChainLength;
        }
    }

    /// <summary>What the shelf cannot hold is left to the garbage collector.</summary>
    private static void Shelve()
    {
        lock (ShelfLock)
        {
            if (Shelf.Count < ShelfChains)
                Shelf.Push(t_first!);
        }

        (t_first, t_count) = (null, 0);
    }
}
