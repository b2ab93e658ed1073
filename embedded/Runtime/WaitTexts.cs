using System.Text;

namespace Engage.Embedded.Runtime;

/// <summary>Says in words who waits for whom.</summary>
internal static class WaitTexts
{
    /// <summary>For a time-out: where the call is, what it waits for, and the calls that led to it.</summary>
    public static string Describe(WaitGraph graph, WaitNode call)
    {
        var text = new StringBuilder();
        var chain = graph.ChainOf(call);
        if (chain.Count > 1)
            text.Append("Call chain: ").AppendJoin(" -> ", chain.Select(link => link.What)).Append(". ");
        if (CycleBelow(graph, call) is { } cycle)
            return text.Append("Deadlock: ").Append(DescribeCycle(cycle)).Append(". ").ToString();
        var waits = graph.FollowWaits(call);
        return waits.Count > 1
            ? text.Append(DescribePath(waits)).Append(". ").ToString()
            : text.Append(call.Host is null ? "It did not start. " : "It started. ").ToString();
    }

    public static string DescribeChain(WaitGraph graph, WaitNode call) =>
        string.Join(" -> ", graph.ChainOf(call).Select(link => link.What));

    /// <summary>A cycle as <see cref="WaitGraph.FindCycle"/> gives it.</summary>
    public static string DescribeCycle(IReadOnlyList<WaitNode> cycle) =>
        $"{DescribePath(cycle)}, which waits behind {cycle[0].What}";

    private static string DescribePath(IReadOnlyList<WaitNode> path)
    {
        var text = new StringBuilder(path[0].What);
        for (var i = 1; i < path.Count; i++)
        {
            var verb = (i > 1, path[i - 1].Host is null) switch
            {
                (true, true) => ", which waits behind ",
                (true, false) => ", which calls ",
                (false, true) => " waits behind ",
                (false, false) => " calls ",
            };
            text.Append(verb).Append(path[i].What);
        }

        return text.ToString();
    }

    /// <summary>The call may itself not be in a cycle but wait for one that is.</summary>
    private static List<WaitNode>? CycleBelow(WaitGraph graph, WaitNode call) => graph.FollowWaits(call)
        .Select(graph.FindCycle)
        .FirstOrDefault(cycle => cycle is not null);
}
