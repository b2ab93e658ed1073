using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// The items tied to one item, with <see cref="Kinds"/> weights each; at most a fixed number of them. What a block of
/// <see cref="NeighbourBlocks"/> holds, for reading; none for an item that has no ties.
/// </summary>
internal readonly ref struct Neighbours
{
    /// <summary>Weights per neighbour; see <see cref="CoOccurrence"/> for what each one means.</summary>
    public const int Kinds = 4;

    /// <summary>Where the totals begin in a block: before them are the number of neighbours, nothing, and in eight
    /// bytes the view after which the block was made.</summary>
    public const int TotalsAt = 4;

    /// <summary>Where the ids begin; behind as many as there is room for come the weights.</summary>
    public const int IdsAt = TotalsAt + Kinds;

    // Two lines.
    private const int PrefetchedFloats = 32;

    private readonly ReadOnlySpan<float> _block;

    public Neighbours(ReadOnlySpan<float> block)
    {
        _block = block;
        Count = MemoryMarshal.Cast<float, int>(block)[0];
    }

    public int Count { get; }

    /// <summary>Most neighbours that the block has room for.</summary>
    public int Room => RoomOf(_block);

    /// <summary>[Count].</summary>
    public ReadOnlySpan<int> Ids => MemoryMarshal.Cast<float, int>(_block[Math.Min(IdsAt, _block.Length)..])[..Count];

    /// <summary>[Count, Kinds].</summary>
    public ReadOnlySpan<float> Weights => _block.Slice(Count == 0 ? 0 : IdsAt + Room, Count * Kinds);

    /// <summary>Sum of each kind over all neighbours, dropped ones included.</summary>
    public ReadOnlySpan<float> Totals => _block.Slice(TotalsAt, Kinds);

    /// <summary>Asks for the first ids and weights of a block.</summary>
    public static void Prefetch(ReadOnlySpan<float> block)
    {
        var weightsAt = IdsAt + RoomOf(block);
        CacheLines.Prefetch(block[..Math.Min(PrefetchedFloats, weightsAt)]);
        CacheLines.Prefetch(block.Slice(weightsAt, Math.Min(PrefetchedFloats, block.Length - weightsAt)));
    }

    private static int RoomOf(ReadOnlySpan<float> block) => (block.Length - IdsAt) / (1 + Kinds);

    /// <summary>Floats of a block with room for so many neighbours.</summary>
    public static int BlockLength(int room) => checked(IdsAt + (room * (1 + Kinds)));
}
