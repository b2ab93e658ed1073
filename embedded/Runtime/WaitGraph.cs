using System.Diagnostics.CodeAnalysis;
using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>Who waits for whom, at one moment: pending calls, and the requests that made them.</summary>
/// <remarks>
/// <para>
/// A call in a queue waits for the requests that run at its target; a running request waits for the calls it made. A
/// call that leads back to itself waits for ever. Whether a grain awaits the calls it made cannot be seen from here, so
/// a call that nobody awaits counts as well.
/// </para>
/// <para>
/// It is built from the links that invocations carry anyway, and only when something has waited long.
/// </para>
/// </remarks>
internal sealed class WaitGraph
{
    private readonly Dictionary<object, WaitNode> _byRequest = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, List<WaitNode>> _madeBy = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GrainId, List<WaitNode>> _runningAt = [];

    public WaitGraph(IReadOnlyCollection<WaitNode> calls)
    {
        foreach (var call in calls)
            _byRequest[call.Request] = call;
        foreach (var call in calls)
        {
            // A tick of a timer, or a call that was given up while it runs: pending no more, but it has made this one.
            if (call.Caller is Request caller && !_byRequest.ContainsKey(caller) && WaitNode.Of(caller) is { } node)
                _byRequest[caller] = node;
            if (call.Caller is not null)
                Add(_madeBy, call.Caller, call);
        }

        foreach (var node in _byRequest.Values)
        {
            if (node is { Host: not null, Request.Blocks: true })
                Add(_runningAt, node.Target, node);
        }
    }

    /// <summary>
    /// What keeps <paramref name="call"/> waiting, from a request that runs at its target to the call itself; null
    /// when it does not wait for itself.
    /// </summary>
    public List<WaitNode>? FindCycle(WaitNode call)
    {
        var path = new List<WaitNode>();
        var seen = new HashSet<WaitNode>(ReferenceEqualityComparer.Instance);
        return call.Host is null && LeadsTo(call, call, path, seen) ? path : null;
    }

    /// <summary>From <paramref name="node"/> along what it waits for, to where nothing more is known.</summary>
    public List<WaitNode> FollowWaits(WaitNode node)
    {
        var path = new List<WaitNode>();
        for (var next = node; next is not null && !path.Contains(next); next = WaitsFor(next).FirstOrDefault())
            path.Add(next);
        return path;
    }

    /// <summary>The calls that led to <paramref name="node"/>, outermost first, itself last.</summary>
    public List<WaitNode> ChainOf(WaitNode node)
    {
        var chain = new List<WaitNode>();
        for (var link = node; link is not null && !chain.Contains(link); link = CallerOf(link))
            chain.Insert(0, link);
        return chain;
    }

    private WaitNode? CallerOf(WaitNode node) =>
        node.Caller is not null && _byRequest.TryGetValue(node.Caller, out var caller) ? caller : null;

    private bool LeadsTo(WaitNode goal, WaitNode from, List<WaitNode> path, HashSet<WaitNode> seen)
    {
        var next = WaitsFor(from);
        // Any of the workers may take it, so it is stuck only if all of them are.
        if (from is { Host: null, Class.WorkersMax: > 1 } && !AreAllStuck(goal, next, from.Class.WorkersMax, seen))
            return false;
        foreach (var node in next)
        {
            path.Add(node);
            if (ReferenceEquals(node, goal) || (seen.Add(node) && LeadsTo(goal, node, path, seen)))
                return true;
            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    private bool AreAllStuck(WaitNode goal, List<WaitNode> workers, int workersMax, HashSet<WaitNode> seen) =>
        workers.Count >= workersMax
        && workers.TrueForAll(worker => LeadsTo(goal, worker, [], new(seen, ReferenceEqualityComparer.Instance)));

    private List<WaitNode> WaitsFor(WaitNode node)
    {
        if (node.Host is not null)
            return MadeBy(node.Request);
        if (_runningAt.TryGetValue(node.Target, out var running))
            return running;
        // It waits for the activation to come or go, and that may itself be calling.
        return node.Class?.Find(node.Target.Key) is { IsInTransition: true } activation ? MadeBy(activation) : [];
    }

    private List<WaitNode> MadeBy(object caller) => _madeBy.GetValueOrDefault(caller) ?? [];

    private static void Add<TKey>(Dictionary<TKey, List<WaitNode>> lists, TKey key, WaitNode node)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        list.Add(node);
    }
}

/// <summary>A request as it was when looked at; the object itself may serve another call by now.</summary>
/// <param name="Ticket">Of the call that was seen; zero for what is not pending.</param>
/// <param name="Host">Where it runs; null while it waits.</param>
/// <param name="Caller">The request that made it, or the activation where that is not known, or null.</param>
internal sealed record WaitNode(
    Request Request, string What, GrainId Target, GrainClass? Class, long Ticket, IRequestHost? Host, object? Caller)
{
    /// <summary>A request that is not pending but runs; null if it does not run any more.</summary>
    public static WaitNode? Of(Request request) => request.Host is { } host
        ? new(request, request.Describe(), host.GrainId, (host as Activation)?.Class, 0, host, CallerOf(request))
        : null;

    public static WaitNode Of(Invocation call, long ticket) =>
        new(call, call.Describe(), call.TargetId, call.TargetClass, ticket, call.Host, CallerOf(call));

    [SuppressMessage("Style", "IDE0046", Justification = "Each case on its own line.")]
    private static object? CallerOf(Request request)
    {
        if (request is not Invocation call)
            return null;
        var (caller, use) = call.Caller;
        return caller is Request maker && maker.Use != use ? null : caller;
    }
}
