namespace Engage.Neural;

/// <summary>Tiles of <see cref="MatrixTiles"/> that are four registers wide, for machines with 32 of them.</summary>
internal static unsafe class FourVectorTiles
{
    /// <summary>4 rows: 16 sums.</summary>
    public static void Tile4x4<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        var c02 = TLanes.Load(from + (2 * TLanes.Count));
        var c03 = TLanes.Load(from + (3 * TLanes.Count));
        from = p.StartOf(r + 1, n);
        var c10 = TLanes.Load(from);
        var c11 = TLanes.Load(from + TLanes.Count);
        var c12 = TLanes.Load(from + (2 * TLanes.Count));
        var c13 = TLanes.Load(from + (3 * TLanes.Count));
        from = p.StartOf(r + 2, n);
        var c20 = TLanes.Load(from);
        var c21 = TLanes.Load(from + TLanes.Count);
        var c22 = TLanes.Load(from + (2 * TLanes.Count));
        var c23 = TLanes.Load(from + (3 * TLanes.Count));
        from = p.StartOf(r + 3, n);
        var c30 = TLanes.Load(from);
        var c31 = TLanes.Load(from + TLanes.Count);
        var c32 = TLanes.Load(from + (2 * TLanes.Count));
        var c33 = TLanes.Load(from + (3 * TLanes.Count));
        float* b = p.B + n, a0 = p.RowOf(r), a1 = p.RowOf(r + 1), a2 = p.RowOf(r + 2), a3 = p.RowOf(r + 3);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + TLanes.Count);
            var b2 = TLanes.Load(b + (2 * TLanes.Count));
            var b3 = TLanes.Load(b + (3 * TLanes.Count));
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            c03 = TLanes.MultiplyAdd(x, b3, c03);
            x = TLanes.Create(a1[at]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);
            c13 = TLanes.MultiplyAdd(x, b3, c13);
            x = TLanes.Create(a2[at]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);
            c23 = TLanes.MultiplyAdd(x, b3, c23);
            x = TLanes.Create(a3[at]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);
            c33 = TLanes.MultiplyAdd(x, b3, c33);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c02), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c03), to + (3 * TLanes.Count));
        to = p.ResultOf(r + 1, n);
        TLanes.Store(TLanes.AtLeast(floor, c10), to);
        TLanes.Store(TLanes.AtLeast(floor, c11), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c12), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c13), to + (3 * TLanes.Count));
        to = p.ResultOf(r + 2, n);
        TLanes.Store(TLanes.AtLeast(floor, c20), to);
        TLanes.Store(TLanes.AtLeast(floor, c21), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c22), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c23), to + (3 * TLanes.Count));
        to = p.ResultOf(r + 3, n);
        TLanes.Store(TLanes.AtLeast(floor, c30), to);
        TLanes.Store(TLanes.AtLeast(floor, c31), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c32), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c33), to + (3 * TLanes.Count));
    }

    /// <summary>1 row, eight registers wide: 8 sums.</summary>
    public static void Tile1x8<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        var c02 = TLanes.Load(from + (2 * TLanes.Count));
        var c03 = TLanes.Load(from + (3 * TLanes.Count));
        var c04 = TLanes.Load(from + (4 * TLanes.Count));
        var c05 = TLanes.Load(from + (5 * TLanes.Count));
        var c06 = TLanes.Load(from + (6 * TLanes.Count));
        var c07 = TLanes.Load(from + (7 * TLanes.Count));
        float* b = p.B + n, a0 = p.RowOf(r);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, TLanes.Load(b), c00);
            c01 = TLanes.MultiplyAdd(x, TLanes.Load(b + TLanes.Count), c01);
            c02 = TLanes.MultiplyAdd(x, TLanes.Load(b + (2 * TLanes.Count)), c02);
            c03 = TLanes.MultiplyAdd(x, TLanes.Load(b + (3 * TLanes.Count)), c03);
            c04 = TLanes.MultiplyAdd(x, TLanes.Load(b + (4 * TLanes.Count)), c04);
            c05 = TLanes.MultiplyAdd(x, TLanes.Load(b + (5 * TLanes.Count)), c05);
            c06 = TLanes.MultiplyAdd(x, TLanes.Load(b + (6 * TLanes.Count)), c06);
            c07 = TLanes.MultiplyAdd(x, TLanes.Load(b + (7 * TLanes.Count)), c07);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c02), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c03), to + (3 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c04), to + (4 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c05), to + (5 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c06), to + (6 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c07), to + (7 * TLanes.Count));
    }

    /// <summary>1 row: 4 sums.</summary>
    public static void Tile1x4<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        var c02 = TLanes.Load(from + (2 * TLanes.Count));
        var c03 = TLanes.Load(from + (3 * TLanes.Count));
        float* b = p.B + n, a0 = p.RowOf(r);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, TLanes.Load(b), c00);
            c01 = TLanes.MultiplyAdd(x, TLanes.Load(b + TLanes.Count), c01);
            c02 = TLanes.MultiplyAdd(x, TLanes.Load(b + (2 * TLanes.Count)), c02);
            c03 = TLanes.MultiplyAdd(x, TLanes.Load(b + (3 * TLanes.Count)), c03);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
        TLanes.Store(TLanes.AtLeast(floor, c02), to + (2 * TLanes.Count));
        TLanes.Store(TLanes.AtLeast(floor, c03), to + (3 * TLanes.Count));
    }
}
