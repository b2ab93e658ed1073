using System.ComponentModel;
using Engage.Embedded.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Keeps finished calls of one method for the next ones.</summary>
/// <remarks>
/// Callers take and callees give back, usually on different threads. Each thread keeps one chain; a chain that is full
/// goes to a shared shelf as a whole and an empty-handed thread takes a whole chain, so the lock is met once per chain.
/// What the shelf cannot hold is dropped, and so are the chains of a thread that ends. The chains of a thread are found
/// by the number of the pool: static fields of generic classes, of which each thread has its own, are slow to find.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class InvocationPool
{
    private const int ChainLength = 64;
    private const int ShelfChains = 64;

    [ThreadStatic]
    private static Chain?[]? t_chains;

    private static int s_pools;

    private readonly Lock _shelfLock = new();
    private readonly Stack<Invocation> _shelf = new();
    private readonly int _number = Interlocked.Increment(ref s_pools) - 1;

    /// <summary>Null when there is none and one must be made.</summary>
    public Invocation? TryRent()
    {
        var own = Own();
        if (own.First is null && !TryTakeChain(own))
            return null;
        var call = own.First!;
        own.First = (Invocation?)call.Next;
        own.Count--;
        call.Next = null;
        return call;
    }

    public void Return(Invocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var own = Own();
        if (own.Count == ChainLength)
            Shelve(own);
        call.Next = own.First;
        own.First = call;
        own.Count++;
    }

    private static void Drop(Invocation? first)
    {
        for (WorkItem? call = first; call is not null; call = call.Next)
            CallRegistry.Remove((Invocation)call);
    }

    private Chain Own()
    {
        var chains = t_chains;
        return chains is not null && _number < chains.Length && chains[_number] is { } chain ? chain : Begin();
    }

    private Chain Begin()
    {
        var chains = t_chains ?? [];
        if (_number >= chains.Length)
            Array.Resize(ref chains, Math.Max(_number + 1, Volatile.Read(ref s_pools)));
        t_chains = chains;
        return chains[_number] = new();
    }

    private bool TryTakeChain(Chain own)
    {
        if (_shelf.Count == 0)
            return false;
        lock (_shelfLock)
        {
            if (!_shelf.TryPop(out own.First))
                return false;
            own.Count = ChainLength;
            return true;
        }
    }

    private void Shelve(Chain own)
    {
        var first = own.First!;
        own.First = null;
        own.Count = 0;
        lock (_shelfLock)
        {
            if (_shelf.Count < ShelfChains)
            {
                _shelf.Push(first);
                return;
            }
        }

        Drop(first);
    }

    /// <summary>The calls one thread keeps; the registry would otherwise hold them beyond the thread's end.</summary>
    private sealed class Chain
    {
        public Invocation? First;
        public int Count;

        ~Chain() => Drop(First);
    }
}
