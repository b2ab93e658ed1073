using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Engage.Embedded.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Keeps finished calls of one method for the next ones.</summary>
/// <remarks>
/// Callers take and callees give back, usually on different threads. Each thread keeps one chain; a chain that is full
/// goes to a shared shelf as a whole and an empty-handed thread takes a whole chain, so the lock is met once per chain.
/// What the shelf cannot hold is dropped.
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
    private static TInvocation? t_chain;

    [ThreadStatic]
    private static int t_count;

    public static TInvocation Rent()
    {
        var call = t_chain ?? TakeChain();
        if (call is null)
            return new();
        t_chain = (TInvocation?)call.Next;
        t_count--;
        call.Next = null;
        return call;
    }

    public static void Return(TInvocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (t_count == ChainLength)
            ShelveChain();
        call.Next = t_chain;
        t_chain = call;
        t_count++;
    }

    private static TInvocation? TakeChain()
    {
        if (Shelf.Count == 0)
            return null;
        lock (ShelfLock)
        {
            if (!Shelf.TryPop(out var chain))
                return null;
            t_count = ChainLength;
            return chain;
        }
    }

    private static void ShelveChain()
    {
        var chain = t_chain;
        t_chain = null;
        t_count = 0;
        lock (ShelfLock)
        {
            if (Shelf.Count < ShelfChains)
            {
                Shelf.Push(chain!);
                return;
            }
        }

        for (WorkItem? call = chain; call is not null; call = call.Next)
            CallRegistry.Remove((Invocation)call);
    }
}
