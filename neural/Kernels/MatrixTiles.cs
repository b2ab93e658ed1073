namespace Engage.Neural;

/// <summary>
/// Divides a <see cref="MatrixProduct"/> into register tiles. A tile keeps its part of the result in registers while it
/// goes along the depth; each step loads one row of b for all its rows of a. Two multiply-add units with 4 cycles of
/// latency need 8 sums in flight; 16 also need fewer loads than additions. All rows of one panel of columns come
/// before the next panel, so that the panel of b stays in the first cache. Bounds are the caller's duty.
/// </summary>
/// <remarks>Every tile adds along the depth in the same order, so a row's result has the same bits in any batch and at
/// any width. Rejected: separate sums of even and odd steps for a single row, which break that and gain nothing where
/// the weights come from the second cache; tiles of 6 by 4, where 4 by 4 already reach nine tenths of the
/// peak.</remarks>
internal static unsafe class MatrixTiles
{
    /// <summary>All whole registers of columns from column <paramref name="n"/> on; returns the first column not
    /// done.</summary>
    public static int Columns<TLanes, V>(in MatrixProduct p, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return n;
        if (TLanes.HasManyRegisters && p.Rows < 4)
            for (; n + (8 * TLanes.Count) <= p.Columns; n += 8 * TLanes.Count)
                for (var r = 0; r < p.Rows; r++)
                    FourVectorTiles.Tile1x8<TLanes, V>(in p, r, n);
        if (TLanes.HasManyRegisters)
            for (; n + (4 * TLanes.Count) <= p.Columns; n += 4 * TLanes.Count)
                FourVectors<TLanes, V>(in p, n);
        for (; n + (2 * TLanes.Count) <= p.Columns; n += 2 * TLanes.Count)
            TwoVectors<TLanes, V>(in p, n);
        for (; n + TLanes.Count <= p.Columns; n += TLanes.Count)
            OneVector<TLanes, V>(in p, n);
        return n;
    }

    private static void FourVectors<TLanes, V>(in MatrixProduct p, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var r = 0;
        for (; r + 4 <= p.Rows; r += 4)
            FourVectorTiles.Tile4x4<TLanes, V>(in p, r, n);
        for (; r < p.Rows; r++)
            FourVectorTiles.Tile1x4<TLanes, V>(in p, r, n);
    }

    private static void TwoVectors<TLanes, V>(in MatrixProduct p, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var r = 0;
        if (TLanes.HasManyRegisters)
            for (; r + 8 <= p.Rows; r += 8)
                TwoVectorTiles.Tile8x2<TLanes, V>(in p, r, n);
        for (; r + 6 <= p.Rows; r += 6)
            TwoVectorTiles.Tile6x2<TLanes, V>(in p, r, n);
        for (; r < p.Rows; r++)
            TwoVectorTiles.Tile1x2<TLanes, V>(in p, r, n);
    }

    private static void OneVector<TLanes, V>(in MatrixProduct p, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var r = 0;
        for (; r + 8 <= p.Rows; r += 8)
            OneVectorTiles.Tile8x1<TLanes, V>(in p, r, n);
        for (; r < p.Rows; r++)
            OneVectorTiles.Tile1x1<TLanes, V>(in p, r, n);
    }
}
