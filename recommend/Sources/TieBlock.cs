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
    /// <param name="ties">Not changed any more.</param>
    public static void Save(ModelState state, string name, CoOccurrenceView ties, int from, int items)
    {
        var none = new float[Kinds];
        state.Later($"{name}.counts", () => Counts(ties, from, items));
        state.Later($"{name}.neighbours", items, i => ties.Of(from + i).Ids);
        state.Later($"{name}.weights", items, i => ties.Of(from + i).Weights);
        state.Later($"{name}.totals", items, i => ties.Of(from + i) is { Count: > 0 } own ? own.Totals : none);
    }

    /// <param name="name">What the block's tensors were saved under.</param>
    /// <exception cref="InvalidDataException">The saved lengths disagree.</exception>
    public static void Load(
        ModelState state, string name, PagedTable<int> table, NeighbourBlocks blocks, int from, int items)
    {
        var counts = new int[items];
        state.Array($"{name}.counts", ref counts);
        var full = Full(name, counts, items);
        var block = new Packed(counts, new int[full], new float[full * Kinds], new float[items * Kinds]);
        state.Fixed($"{name}.neighbours", block.Ids);
        state.Fixed($"{name}.weights", block.Weights);
        state.Fixed($"{name}.totals", block.Totals);
        Unpack(table, blocks, from, block);
    }

    /// <summary>Neighbours of all items of the block.</summary>
    private static int Full(string name, int[] counts, int items)
    {
        if (counts.Length != items || Array.Exists(counts, count => count < 0))
            throw new InvalidDataException($"'{name}.counts' is not {items} numbers of neighbours.");
        return counts.Sum();
    }

    private static int[] Counts(CoOccurrenceView ties, int from, int items)
    {
        var counts = new int[items];
        for (var i = 0; i < items; i++)
            counts[i] = ties.Of(from + i).Count;
        return counts;
    }

    private static void Unpack(PagedTable<int> table, NeighbourBlocks blocks, int from, in Packed block)
    {
        for (var (i, at) = (0, 0); i < block.Counts.Length; at += block.Counts[i++])
            if (block.Counts[i] is > 0 and var count)
                table.Writable(from + i)[0] = blocks.New(
                    block.Ids.AsSpan(at, count), block.Weights.AsSpan(at * Kinds, count * Kinds),
                    block.Totals.AsSpan(i * Kinds, Kinds));
    }

    /// <summary>The tensors of a block: [items], [all neighbours], [all neighbours, kinds], [items, kinds].</summary>
    private readonly record struct Packed(int[] Counts, int[] Ids, float[] Weights, float[] Totals);
}
