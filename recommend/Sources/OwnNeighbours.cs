using System.Runtime.InteropServices;

namespace Engage.Recommend;

/// <summary>A block of <see cref="NeighbourBlocks"/> that no view shows, for its writer.</summary>
internal readonly ref struct OwnNeighbours(Span<float> block)
{
    private const int Kinds = Neighbours.Kinds;

    private readonly Span<float> _block = block;

    /// <summary>As they are now.</summary>
    public Neighbours Read => new(_block);

    /// <summary>Number of the newest view when the block was made: later ones show it.</summary>
    public ref long Born => ref MemoryMarshal.Cast<float, long>(_block)[1];

    /// <summary>See <see cref="Neighbours.Totals"/>.</summary>
    public Span<float> Totals => _block.Slice(Neighbours.TotalsAt, Kinds);

    private ref int Count => ref MemoryMarshal.Cast<float, int>(_block)[0];

    private int Room => (_block.Length - Neighbours.IdsAt) / (1 + Kinds);

    private Span<int> Ids => MemoryMarshal.Cast<float, int>(_block.Slice(Neighbours.IdsAt, Room));

    private Span<float> Entries => _block[(Neighbours.IdsAt + Room)..];

    /// <summary>Becomes what is given; there must be room.</summary>
    public void Take(ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, ReadOnlySpan<float> totals)
    {
        Count = ids.Length;
        ids.CopyTo(Ids);
        weights.CopyTo(Entries);
        totals.CopyTo(Totals);
    }

    /// <summary>The weights of a neighbour.</summary>
    /// <param name="at">Its place.</param>
    public Span<float> Entry(int at) => Entries.Slice(at * Kinds, Kinds);

    /// <summary>Adds a neighbour with zeros; there must be room.</summary>
    /// <returns>Its weights.</returns>
    public Span<float> Append(int id)
    {
        var at = Count++;
        Ids[at] = id;
        var entry = Entry(at);
        entry.Clear();
        return entry;
    }

    /// <summary>Keeps the <paramref name="keep"/> neighbours with the largest decayed tie, in their present
    /// order.</summary>
    /// <param name="ties">A buffer, with room for as many as there are.</param>
    public void DropWeakest(int keep, Span<float> ties)
    {
        var count = Count;
        for (var i = 0; i < count; i++)
            ties[i] = Entry(i)[CoOccurrence.Fresh];
        ties[..count].Sort();
        var bar = keep == 0 ? float.PositiveInfinity : ties[count - keep];
        var kept = 0;
        for (var i = 0; i < count && kept < keep; i++)
        {
            if (Entry(i)[CoOccurrence.Fresh] < bar)
                continue;
            Ids[kept] = Ids[i];
            Entry(i).CopyTo(Entry(kept));
            kept++;
        }

        Count = kept;
    }
}
