using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Matrix products for dense layers. One kernel serves forward and both halves of backward, because the strides of the
/// left matrix are free: its transpose is the same memory with the strides exchanged.
/// </summary>
public static class MatrixKernels
{
    /// <summary>
    /// c[r, n] += Σk a[r·rowStride + k·columnStride] · b[k, n], for r in rows, k in depth, n in columns; b and c are
    /// row-major and dense. Tiles of 4 rows by 2 vectors stay in registers, so that 8 multiply-adds share 6 loads; the
    /// remaining rows and columns are done by smaller tiles. c must not overlap a or b. Reference:
    /// <see cref="MultiplyAddScalar"/>.
    /// </summary>
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
        {
            var n = 0;
            if (Vector512.IsHardwareAccelerated)
                n = MatrixTiles.Columns512(pa, rowStride, columnStride, pb, pc, rows, depth, columns);
            n = MatrixTiles.Columns256(pa, rowStride, columnStride, pb, pc, rows, depth, columns, n);
            for (var r = 0; r < rows; r++)
                for (var m = n; m < columns; m++)
                    for (var k = 0; k < depth; k++)
                        pc[(r * columns) + m] += pa[(r * rowStride) + (k * columnStride)] * pb[(k * columns) + m];
        }
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

    /// <summary>to[c, r] = from[r, c].</summary>
    public static void Transpose(ReadOnlySpan<float> from, Span<float> to, int rows, int columns)
    {
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
                to[(c * rows) + r] = from[(r * columns) + c];
    }

    // One column has no vectors across: go along the depth, or along the rows where a is a transpose.
    private static void Column(
        ReadOnlySpan<float> a, int rowStride, int columnStride, ReadOnlySpan<float> b, Span<float> c,
        int rows, int depth)
    {
        if (columnStride == 1)
        {
            for (var r = 0; r < rows; r++)
                c[r] += VectorKernels.Dot(a.Slice(r * rowStride, depth), b[..depth]);
        }
        else if (rowStride == 1)
        {
            for (var k = 0; k < depth; k++)
                VectorKernels.AddScaled(c[..rows], a.Slice(k * columnStride, rows), b[k]);
        }
        else
        {
            MultiplyAddScalar(a, rowStride, columnStride, b, c, rows, depth, 1);
        }
    }

    private static void Check(int a, int rowStride, int columnStride, int b, int c, int rows, int depth, int columns)
    {
        var aNeeded = rows == 0 || depth == 0 ? 0 : ((rows - 1) * rowStride) + ((depth - 1) * columnStride) + 1;
        if (a < aNeeded || b < depth * columns || c < rows * columns)
            throw new ArgumentException(
                $"Shapes disagree: {rows} x {depth} x {columns} needs {aNeeded}, {depth * columns} " +
                $"and {rows * columns} floats; got {a}, {b} and {c}.");
    }
}
