using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Carries the ties of a block of items: how many neighbours each has, then their numbers, weights and totals, one item
/// after the other.
/// </summary>
internal static class TieBlock
{
    private const long FloatsMax = 1 << 25;
    private const int Kinds = Neighbours.Kinds;

    /// <summary>So many items that a tensor of their weights stays below 128 MiB, even if all are full.</summary>
    /// <param name="neighboursMax">Neighbours of a full item.</param>
    public static int ItemsPerTensor(int neighboursMax) =>
        (int)Math.Max(1, FloatsMax / ((long)Math.Max(1, neighboursMax) * Kinds));

    /// <param name="name">What the block's tensors are saved under.</param>
    /// <param name="epoch">Of the items that are loaded.</param>
    /// <exception cref="InvalidDataException">The saved lengths disagree.</exception>
    public static void Carry(
        ModelState state, string name, PagedTable<Neighbours?> table, int from, int items, int epoch)
    {
        var counts = new int[items];
        for (var i = 0; i < items; i++)
            counts[i] = table.Row(from + i)[0]?.Count ?? 0;
        state.Array($"{name}.counts", ref counts);
        var full = Full(name, counts, items);
        var ids = new int[full];
        var (weights, totals) = (new float[full * Kinds], new float[items * Kinds]);
        if (!state.Loading)
            Pack(table, from, counts, ids, weights, totals);
        state.Fixed($"{name}.neighbours", ids);
        state.Fixed($"{name}.weights", weights);
        state.Fixed($"{name}.totals", totals);
        if (state.Loading)
            Unpack(table, from, counts, ids, weights, totals, epoch);
    }

    /// <summary>Neighbours of all items of the block.</summary>
    private static int Full(string name, int[] counts, int items)
    {
        if (counts.Length != items || Array.Exists(counts, count => count < 0))
            throw new InvalidDataException($"'{name}.counts' is not {items} numbers of neighbours.");
        return counts.Sum();
    }

    private static void Pack(
        PagedTable<Neighbours?> table, int from, int[] counts, int[] ids, float[] weights, float[] totals)
    {
        for (var (i, at) = (0, 0); i < counts.Length; at += counts[i++])
        {
            if (table.Row(from + i)[0] is not { } own)
                continue;
            own.Ids.AsSpan(0, own.Count).CopyTo(ids.AsSpan(at));
            own.Weights.AsSpan(0, own.Count * Kinds).CopyTo(weights.AsSpan(at * Kinds));
            own.Totals.CopyTo(totals, i * Kinds);
        }
    }

    private static void Unpack(
        PagedTable<Neighbours?> table, int from, int[] counts, int[] ids, float[] weights, float[] totals, int epoch)
    {
        for (var (i, at) = (0, 0); i < counts.Length; at += counts[i++])
            if (counts[i] > 0)
                table.Writable(from + i)[0] = new()
                {
                    Ids = ids.AsSpan(at, counts[i]).ToArray(),
                    Weights = weights.AsSpan(at * Kinds, counts[i] * Kinds).ToArray(),
                    Totals = totals.AsSpan(i * Kinds, Kinds).ToArray(),
                    Count = counts[i],
                    Epoch = epoch,
                };
    }
}
