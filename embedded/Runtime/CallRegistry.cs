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

    /// <summary>Abandons the calls of <paramref name="silo"/> that are overdue and returns them.</summary>
    public static List<(Invocation Call, string Description)> AbandonOverdue(
        Silo silo, Func<Invocation, bool> isOverdue)
    {
        var overdue = new List<(Invocation, string)>();
        lock (Guard)
        {
            foreach (var call in Calls)
            {
                // The ticket is read first: whatever changes after makes the swap fail.
                var ticket = call.Ticket;
                if (!Invocation.IsPending(ticket) || call.Silo != silo || !isOverdue(call))
                    continue;
                var description = call.Describe();
                if (call.TryAbandon(ticket))
                    overdue.Add((call, description));
            }
        }

        return overdue;
    }
}
