namespace Engage.Neural;

/// <summary>
/// Matrix products for dense layers. One kernel serves forward and both halves of backward, because the strides of the
/// left matrix are free: its transpose is the same memory with the strides exchanged.
/// </summary>
public static class MatrixKernels
{
    /// <summary>
    /// c[r, n] += Σk a[r·rowStride + k·columnStride] · b[k, n], for r in rows, k in depth, n in columns; b and c are
    /// row-major and dense. c must not overlap a or b. Reference: <see cref="MultiplyAddScalar"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short for the shape, or a size or stride is
    /// negative.</exception>
    public static unsafe void MultiplyAdd(
        ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c,
        int rows, int depth, int columns)
    {
        Check(a.Length, rowStride, columnStride, b.Length, c.Length, rows, depth, columns);
        if (columns == 1)
        {
            Column(a, rowStride, columnStride, b, c, rows, depth);
            return;
        }

        fixed (float* pa = a, pb = b, pc = c)
            new MatrixProduct
            {
                A = pa, RowStride = rowStride, ColumnStride = columnStride, B = pb, BStride = columns,
                C = pc, CStride = columns, Start = pc, StartStride = columns, Floor = float.NegativeInfinity,
                Rows = rows, Depth = depth, Columns = columns,
            }.Run();
    }

    /// <summary>
    /// c[r, n] = max(floor, bias[n] + Σk a[r, k] · b[k, n]): a dense layer in one sweep; all are row-major and dense.
    /// c must not overlap the others. Reference: <see cref="MultiplyAddScalar"/> on rows that hold the bias.
    /// </summary>
    /// <param name="a">[rows, depth].</param>
    /// <param name="b">[depth, columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="c">[rows, columns], overwritten.</param>
    /// <param name="floor">0 makes the layer a rectifier; by default nothing is cut.</param>
    /// <exception cref="ArgumentException">A span is too short for the shape, or a size or stride is
    /// negative.</exception>
    public static unsafe void Affine(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, int rows, int depth,
        int columns, float floor = float.NegativeInfinity)
    {
        Check(a.Length, depth, 1, b.Length, c.Length, rows, depth, columns);
        if (bias.Length < columns)
            throw new ArgumentException($"{columns} columns need a bias of as many floats; got {bias.Length}.");
        fixed (float* pa = a, pb = b, pc = c, start = bias)
            new MatrixProduct
            {
                A = pa, RowStride = depth, ColumnStride = 1, B = pb, BStride = columns, C = pc, CStride = columns,
                Start = start, StartStride = 0, Floor = floor, Rows = rows, Depth = depth, Columns = columns,
            }.Run();
    }

    /// <summary>Reference of <see cref="MultiplyAdd"/>.</summary>
    public static void MultiplyAddScalar(
        ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c,
        int rows, int depth, int columns)
    {
        Check(a.Length, rowStride, columnStride, b.Length, c.Length, rows, depth, columns);
        for (var r = 0; r < rows; r++)
            for (var n = 0; n < columns; n++)
                for (var k = 0; k < depth; k++)
                    c[(r * columns) + n] += a[(r * rowStride) + (k * columnStride)] * b[(k * columns) + n];
    }

    /// <summary>to[c, r] = from[r, c]. The spans must not overlap.</summary>
    /// <exception cref="ArgumentException">A span is shorter than rows · columns, or one of them is
    /// negative.</exception>
    public static unsafe void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        var needed = (long)rows * columns;
        if ((rows | columns) < 0 || from.Length < needed || to.Length < needed)
            throw new ArgumentException(
                $"{rows} x {columns} needs {needed} floats on both sides and nothing negative; got {from.Length} and " +
                $"{to.Length}.");
        fixed (float* pf = from, pt = to)
            MatrixTransposition.Run(pf, pt, rows, columns, rows);
    }

    /// <summary>c[n] += Σr b[r, n], e.g. the gradient of a bias.</summary>
    /// <param name="b">[rows, c.Length], row-major and dense.</param>
    /// <exception cref="ArgumentException">b is not so long, or rows is negative.</exception>
    public static unsafe void AddColumnSums(ReadOnlySpan<float> b, Span<float> c, int rows)
    {
        var needed = (long)rows * c.Length;
        if (rows < 0 || b.Length < needed)
            throw new ArgumentException(
                $"{rows} rows of {c.Length} need {needed} floats and cannot be negative; got {b.Length}.");
        var one = 1f;
        fixed (float* pb = b, pc = c)
            Row(&one, 0, pb, c.Length, pc, rows, c.Length);
    }

    // One column has no registers across: go along the depth, or along the rows where a is a transpose.
    private static unsafe void Column(
        ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c,
        int rows, int depth)
    {
        fixed (float* pa = a, pb = b, pc = c)
            if (columnStride == 1)
                DotTiles.AddRows(pa, rowStride, pb, pc, rows, depth);
            else if (rowStride == 1)
                Row(pb, 1, pa, columnStride, pc, depth, rows);
            else
                MultiplyAddScalar(a, rowStride, columnStride, b, c, rows, depth, 1);
    }

    // c[n] += Σk a[k · step] · b[k · stride + n].
    private static unsafe void Row(float* a, int step, float* b, int stride, float* c, int depth, int columns) =>
        new MatrixProduct
        {
            A = a, ColumnStride = step, B = b, BStride = stride, C = c, CStride = columns, Start = c,
            StartStride = columns, Floor = float.NegativeInfinity, Rows = 1, Depth = depth, Columns = columns,
        }.Run();

    // In 64 bits: 65,536 times 65,536 is 0 in 32, and unsafe code would go far past the end.
    private static void Check(int a, int rowStride, int columnStride, int b, int c, int rows, int depth, int columns)
    {
        if ((rows | depth | columns | rowStride | columnStride) < 0)
            throw new ArgumentException(
                $"A shape of {rows} x {depth} x {columns} with strides {rowStride} and {columnStride}; none may be " +
                "negative.");
        var aNeeded = rows == 0 || depth == 0
            ? 0
            : ((rows - 1L) * rowStride) + ((depth - 1L) * columnStride) + 1;
        var (bNeeded, cNeeded) = ((long)depth * columns, (long)rows * columns);
        if (a < aNeeded || b < bNeeded || c < cNeeded)
            throw new ArgumentException(
                $"Shapes disagree: {rows} x {depth} x {columns} needs {aNeeded}, {bNeeded} and {cNeeded} floats; " +
                $"got {a}, {b} and {c}.");
    }
}
