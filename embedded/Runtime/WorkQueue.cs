using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>First in, first out; many threads add, one at a time takes; nothing is allocated.</summary>
/// <remarks>
/// Producers push onto a stack with one compare-and-swap. The consumer takes the whole stack at once and turns it
/// round; taking all of it leaves no room for the ABA problem.
/// </remarks>
internal struct WorkQueue
{
    private WorkItem? _added;
    private WorkItem? _ready;

    public readonly bool HasAdded => Volatile.Read(in _added) is not null;

    public void Add(WorkItem item)
    {
        var top = Volatile.Read(ref _added);
        while (true)
        {
            item.Next = top;
            var seen = Interlocked.CompareExchange(ref _added, item, top);
            if (seen == top)
                return;
            top = seen;
        }
    }

    public WorkItem? Take()
    {
        var item = _ready ?? Reverse();
        if (item is null)
            return null;
        _ready = item.Next;
        item.Next = null;
        return item;
    }

    private WorkItem? Reverse()
    {
        if (!HasAdded)
            return null;
        var newest = Interlocked.Exchange(ref _added, null);
        WorkItem? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }
}
