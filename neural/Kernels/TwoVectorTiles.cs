namespace Engage.Neural;

/// <summary>Tiles of <see cref="MatrixTiles"/> that are two registers wide.</summary>
internal static unsafe class TwoVectorTiles
{
    /// <summary>8 rows: 16 sums, for machines with 32 registers.</summary>
    public static void Tile8x2<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 1, n);
        var c10 = TLanes.Load(from);
        var c11 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 2, n);
        var c20 = TLanes.Load(from);
        var c21 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 3, n);
        var c30 = TLanes.Load(from);
        var c31 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 4, n);
        var c40 = TLanes.Load(from);
        var c41 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 5, n);
        var c50 = TLanes.Load(from);
        var c51 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 6, n);
        var c60 = TLanes.Load(from);
        var c61 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 7, n);
        var c70 = TLanes.Load(from);
        var c71 = TLanes.Load(from + TLanes.Count);
        float* b = p.B + n, a0 = p.RowOf(r), a1 = p.RowOf(r + 1), a2 = p.RowOf(r + 2), a3 = p.RowOf(r + 3),
            a4 = p.RowOf(r + 4), a5 = p.RowOf(r + 5), a6 = p.RowOf(r + 6), a7 = p.RowOf(r + 7);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + TLanes.Count);
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Create(a1[at]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Create(a2[at]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Create(a3[at]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Create(a4[at]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Create(a5[at]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            x = TLanes.Create(a6[at]);
            c60 = TLanes.MultiplyAdd(x, b0, c60);
            c61 = TLanes.MultiplyAdd(x, b1, c61);
            x = TLanes.Create(a7[at]);
            c70 = TLanes.MultiplyAdd(x, b0, c70);
            c71 = TLanes.MultiplyAdd(x, b1, c71);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
        to = p.ResultOf(r + 1, n);
        TLanes.Store(TLanes.AtLeast(floor, c10), to);
        TLanes.Store(TLanes.AtLeast(floor, c11), to + TLanes.Count);
        to = p.ResultOf(r + 2, n);
        TLanes.Store(TLanes.AtLeast(floor, c20), to);
        TLanes.Store(TLanes.AtLeast(floor, c21), to + TLanes.Count);
        to = p.ResultOf(r + 3, n);
        TLanes.Store(TLanes.AtLeast(floor, c30), to);
        TLanes.Store(TLanes.AtLeast(floor, c31), to + TLanes.Count);
        to = p.ResultOf(r + 4, n);
        TLanes.Store(TLanes.AtLeast(floor, c40), to);
        TLanes.Store(TLanes.AtLeast(floor, c41), to + TLanes.Count);
        to = p.ResultOf(r + 5, n);
        TLanes.Store(TLanes.AtLeast(floor, c50), to);
        TLanes.Store(TLanes.AtLeast(floor, c51), to + TLanes.Count);
        to = p.ResultOf(r + 6, n);
        TLanes.Store(TLanes.AtLeast(floor, c60), to);
        TLanes.Store(TLanes.AtLeast(floor, c61), to + TLanes.Count);
        to = p.ResultOf(r + 7, n);
        TLanes.Store(TLanes.AtLeast(floor, c70), to);
        TLanes.Store(TLanes.AtLeast(floor, c71), to + TLanes.Count);
    }

    /// <summary>6 rows: 12 sums, for machines with 16 registers.</summary>
    public static void Tile6x2<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 1, n);
        var c10 = TLanes.Load(from);
        var c11 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 2, n);
        var c20 = TLanes.Load(from);
        var c21 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 3, n);
        var c30 = TLanes.Load(from);
        var c31 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 4, n);
        var c40 = TLanes.Load(from);
        var c41 = TLanes.Load(from + TLanes.Count);
        from = p.StartOf(r + 5, n);
        var c50 = TLanes.Load(from);
        var c51 = TLanes.Load(from + TLanes.Count);
        float* b = p.B + n, a0 = p.RowOf(r), a1 = p.RowOf(r + 1), a2 = p.RowOf(r + 2), a3 = p.RowOf(r + 3),
            a4 = p.RowOf(r + 4), a5 = p.RowOf(r + 5);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + TLanes.Count);
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Create(a1[at]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Create(a2[at]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Create(a3[at]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Create(a4[at]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Create(a5[at]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
        to = p.ResultOf(r + 1, n);
        TLanes.Store(TLanes.AtLeast(floor, c10), to);
        TLanes.Store(TLanes.AtLeast(floor, c11), to + TLanes.Count);
        to = p.ResultOf(r + 2, n);
        TLanes.Store(TLanes.AtLeast(floor, c20), to);
        TLanes.Store(TLanes.AtLeast(floor, c21), to + TLanes.Count);
        to = p.ResultOf(r + 3, n);
        TLanes.Store(TLanes.AtLeast(floor, c30), to);
        TLanes.Store(TLanes.AtLeast(floor, c31), to + TLanes.Count);
        to = p.ResultOf(r + 4, n);
        TLanes.Store(TLanes.AtLeast(floor, c40), to);
        TLanes.Store(TLanes.AtLeast(floor, c41), to + TLanes.Count);
        to = p.ResultOf(r + 5, n);
        TLanes.Store(TLanes.AtLeast(floor, c50), to);
        TLanes.Store(TLanes.AtLeast(floor, c51), to + TLanes.Count);
    }

    /// <summary>1 row.</summary>
    public static void Tile1x2<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        var c01 = TLanes.Load(from + TLanes.Count);
        float* b = p.B + n, a0 = p.RowOf(r);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, TLanes.Load(b), c00);
            c01 = TLanes.MultiplyAdd(x, TLanes.Load(b + TLanes.Count), c01);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        TLanes.Store(TLanes.AtLeast(floor, c01), to + TLanes.Count);
    }
}
