namespace Engage.Neural;

/// <summary>Tiles of <see cref="MatrixTiles"/> that are one register wide.</summary>
internal static unsafe class OneVectorTiles
{
    /// <summary>8 rows: 8 sums.</summary>
    public static void Tile8x1<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        from = p.StartOf(r + 1, n);
        var c10 = TLanes.Load(from);
        from = p.StartOf(r + 2, n);
        var c20 = TLanes.Load(from);
        from = p.StartOf(r + 3, n);
        var c30 = TLanes.Load(from);
        from = p.StartOf(r + 4, n);
        var c40 = TLanes.Load(from);
        from = p.StartOf(r + 5, n);
        var c50 = TLanes.Load(from);
        from = p.StartOf(r + 6, n);
        var c60 = TLanes.Load(from);
        from = p.StartOf(r + 7, n);
        var c70 = TLanes.Load(from);
        float* b = p.B + n, a0 = p.RowOf(r), a1 = p.RowOf(r + 1), a2 = p.RowOf(r + 2), a3 = p.RowOf(r + 3),
            a4 = p.RowOf(r + 4), a5 = p.RowOf(r + 5), a6 = p.RowOf(r + 6), a7 = p.RowOf(r + 7);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var b0 = TLanes.Load(b);
            c00 = TLanes.MultiplyAdd(TLanes.Create(a0[at]), b0, c00);
            c10 = TLanes.MultiplyAdd(TLanes.Create(a1[at]), b0, c10);
            c20 = TLanes.MultiplyAdd(TLanes.Create(a2[at]), b0, c20);
            c30 = TLanes.MultiplyAdd(TLanes.Create(a3[at]), b0, c30);
            c40 = TLanes.MultiplyAdd(TLanes.Create(a4[at]), b0, c40);
            c50 = TLanes.MultiplyAdd(TLanes.Create(a5[at]), b0, c50);
            c60 = TLanes.MultiplyAdd(TLanes.Create(a6[at]), b0, c60);
            c70 = TLanes.MultiplyAdd(TLanes.Create(a7[at]), b0, c70);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
        to = p.ResultOf(r + 1, n);
        TLanes.Store(TLanes.AtLeast(floor, c10), to);
        to = p.ResultOf(r + 2, n);
        TLanes.Store(TLanes.AtLeast(floor, c20), to);
        to = p.ResultOf(r + 3, n);
        TLanes.Store(TLanes.AtLeast(floor, c30), to);
        to = p.ResultOf(r + 4, n);
        TLanes.Store(TLanes.AtLeast(floor, c40), to);
        to = p.ResultOf(r + 5, n);
        TLanes.Store(TLanes.AtLeast(floor, c50), to);
        to = p.ResultOf(r + 6, n);
        TLanes.Store(TLanes.AtLeast(floor, c60), to);
        to = p.ResultOf(r + 7, n);
        TLanes.Store(TLanes.AtLeast(floor, c70), to);
    }

    /// <summary>1 row.</summary>
    public static void Tile1x1<TLanes, V>(in MatrixProduct p, int r, int n)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var from = p.StartOf(r, n);
        var c00 = TLanes.Load(from);
        float* b = p.B + n, a0 = p.RowOf(r);
        nint at = 0, columnStride = p.ColumnStride, bStride = p.BStride;
        for (var k = p.Depth; k > 0; k--)
        {
            var x = TLanes.Create(a0[at]);
            c00 = TLanes.MultiplyAdd(x, TLanes.Load(b), c00);
            at += columnStride;
            b += bStride;
        }

        var floor = TLanes.Create(p.Floor);
        var to = p.ResultOf(r, n);
        TLanes.Store(TLanes.AtLeast(floor, c00), to);
    }
}
