using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Engage.Embedded.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Keeps finished calls of one method for the next ones.</summary>
/// <remarks>
/// Callers take and callees give back, usually on different threads. Each thread keeps one chain; a chain that is full
/// goes to a shared shelf as a whole and an empty-handed thread takes a whole chain, so the lock is met once per chain.
/// What the shelf cannot hold is dropped, and so is the chain of a thread that ends.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1000", Justification = "One pool per method is the point; only generated code names it.")]
public static class InvocationPool<TInvocation>
    where TInvocation : Invocation, new()
{
    private const int ChainLength = 64;
    private const int ShelfChains = 64;

    private static readonly Lock ShelfLock = new();
    private static readonly Stack<TInvocation> Shelf = new();

    [ThreadStatic]
    private static Chain? t_chain;

    private static Chain Own => t_chain ??= new();

    public static TInvocation Rent()
    {
        var own = Own;
        if (own.First is null && !TryTakeChain(own))
            return new();
        var call = own.First!;
        own.First = (TInvocation?)call.Next;
        own.Count--;
        call.Next = null;
        return call;
    }

    public static void Return(TInvocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var own = Own;
        if (own.Count == ChainLength)
            Shelve(own);
        call.Next = own.First;
        own.First = call;
        own.Count++;
    }

    private static bool TryTakeChain(Chain own)
    {
        if (Shelf.Count == 0)
            return false;
        lock (ShelfLock)
        {
            if (!Shelf.TryPop(out own.First))
                return false;
            own.Count = ChainLength;
            return true;
        }
    }

    private static void Shelve(Chain own)
    {
        var first = own.First!;
        own.First = null;
        own.Count = 0;
        lock (ShelfLock)
        {
            if (Shelf.Count < ShelfChains)
            {
                Shelf.Push(first);
                return;
            }
        }

        Drop(first);
    }

    private static void Drop(TInvocation? first)
    {
        for (WorkItem? call = first; call is not null; call = call.Next)
            CallRegistry.Remove((Invocation)call);
    }

    /// <summary>The calls one thread keeps; the registry would otherwise hold them beyond the thread's end.</summary>
    private sealed class Chain
    {
        public TInvocation? First;
        public int Count;

        ~Chain() => Drop(First);
    }
}
