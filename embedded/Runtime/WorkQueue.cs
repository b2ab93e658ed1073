using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>First in, first out; many threads add, one at a time takes; nothing is allocated.</summary>
/// <remarks>
/// <para>
/// Producers push onto a stack, under a lock that is held for as long as two references take to write. The consumer
/// takes the whole stack at once and turns it round.
/// </para>
/// <para>
/// Rejected: to push by one compare-and-swap of the reference. The runtime's interlocked operations on references tell
/// the garbage collector of every one that is written into an old object, whereas a plain write does so only if what is
/// written is new. What is queued here is pooled, hence old, and activations are old too: each collection looked
/// through every activation that had been called since the one before, and all around it.
/// </para>
/// </remarks>
internal struct WorkQueue
{
    private WorkItem? _added;
    private WorkItem? _ready;
    private int _locked;

    public readonly bool HasAdded => Volatile.Read(in _added) is not null;

    /// <summary>A full fence: what the producer reads after it was read after the item was there for all to see. A
    /// plain release would let it read first whether somebody runs, and each could miss the other.</summary>
    public void Add(WorkItem item)
    {
        Enter();
        item.Next = _added;
        _added = item;
        Interlocked.Exchange(ref _locked, 0);
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
        Enter();
        var newest = _added;
        _added = null;
        Volatile.Write(ref _locked, 0);
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

    private void Enter()
    {
        if (Interlocked.CompareExchange(ref _locked, 1, 0) != 0)
            EnterContended();
    }

    private void EnterContended()
    {
        var spin = default(SpinWait);
        do
            spin.SpinOnce(sleep1Threshold: -1);
        while (Volatile.Read(ref _locked) != 0 || Interlocked.CompareExchange(ref _locked, 1, 0) != 0);
    }
}
