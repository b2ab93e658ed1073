using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Every invocation object there is, in flight or pooled. Response timeouts are found by looking over this list now and
/// then: a call itself then pays for its timeout with one store, where a timer or a list of calls would cost it a lock
/// twice. Objects enter when allocated, and leave when dropped.
/// </summary>
internal static class CallRegistry
{
    private static readonly Lock Guard = new();
    private static readonly List<Invocation> Calls = [];

    public static void Add(Invocation call)
    {
        lock (Guard)
        {
            call.RegistryIndex = Calls.Count;
            Calls.Add(call);
        }
    }

    public static void Remove(Invocation call)
    {
        lock (Guard)
        {
            var index = call.RegistryIndex;
            if (index < 0)
                return;
            var last = Calls[^1];
            Calls[index] = last;
            last.RegistryIndex = index;
            Calls.RemoveAt(Calls.Count - 1);
            call.RegistryIndex = -1;
        }
    }

    /// <summary>
    /// The calls of <paramref name="silo"/> that are pending or run, if <paramref name="matters"/> is true of a pending
    /// one; else none.
    /// </summary>
    public static List<WaitNode> Look(Silo silo, Func<Invocation, bool> matters)
    {
        lock (Guard)
        {
            foreach (var call in Calls)
            {
                if (Invocation.IsPending(call.Ticket) && call.Silo == silo && matters(call))
                    return LookAtAll(silo);
            }
        }

        return [];
    }

    private static List<WaitNode> LookAtAll(Silo silo)
    {
        var nodes = new List<WaitNode>();
        foreach (var call in Calls)
        {
            // The ticket is read first: whatever changes after makes a swap of it fail.
            var ticket = call.Ticket;
            var isUnderWay = Invocation.IsPending(ticket) || (call.IsOneWay && call.Host is not null);
            if (isUnderWay && call.Silo == silo)
                nodes.Add(WaitNode.Of(call, ticket));
        }

        return nodes;
    }
}
