using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// The register tiles of <see cref="MatrixKernels.MultiplyAdd"/>, once per vector width: generics over vector types
/// would hide which registers are used and are not to be had in the framework. Bounds are the caller's duty.
/// </summary>
internal static unsafe class MatrixTiles
{
    /// <summary>All tiles of 512-bit vectors from column <paramref name="n"/> on; returns the first column not
    /// done.</summary>
    public static int Columns512(
        float* a, int rowStride, int columnStride, float* b, float* c, int rows, int depth, int columns, int n = 0)
    {
        var width = Vector512<float>.Count;
        for (; n + (2 * width) <= columns; n += 2 * width)
        {
            var r = 0;
            for (; r + 4 <= rows; r += 4)
                FourRows512(a + (r * rowStride), rowStride, columnStride, b + n, c + (r * columns) + n, depth, columns);
            for (; r < rows; r++)
                OneRow512(a + (r * rowStride), columnStride, b + n, c + (r * columns) + n, depth, columns);
        }

        for (; n + width <= columns; n += width)
            for (var r = 0; r < rows; r++)
                OneVector512(a + (r * rowStride), columnStride, b + n, c + (r * columns) + n, depth, columns);
        return n;
    }

    private static void FourRows512(
        float* a, int rowStride, int columnStride, float* b, float* c, int depth, int columns)
    {
        var width = Vector512<float>.Count;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride;
        float* c1 = c + columns, c2 = c1 + columns, c3 = c2 + columns;
        var c00 = Vector512.Load(c);
        var c01 = Vector512.Load(c + width);
        var c10 = Vector512.Load(c1);
        var c11 = Vector512.Load(c1 + width);
        var c20 = Vector512.Load(c2);
        var c21 = Vector512.Load(c2 + width);
        var c30 = Vector512.Load(c3);
        var c31 = Vector512.Load(c3 + width);
        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + width);
            b += columns;
            var at = k * columnStride;
            var x = Vector512.Create(a[at]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[at]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[at]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[at]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
        }

        c00.Store(c);
        c01.Store(c + width);
        c10.Store(c1);
        c11.Store(c1 + width);
        c20.Store(c2);
        c21.Store(c2 + width);
        c30.Store(c3);
        c31.Store(c3 + width);
    }

    private static void OneRow512(float* a, int columnStride, float* b, float* c, int depth, int columns)
    {
        var width = Vector512<float>.Count;
        var c0 = Vector512.Load(c);
        var c1 = Vector512.Load(c + width);
        for (var k = 0; k < depth; k++, b += columns)
        {
            var x = Vector512.Create(a[k * columnStride]);
            c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b), c0);
            c1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + width), c1);
        }

        c0.Store(c);
        c1.Store(c + width);
    }

    private static void OneVector512(float* a, int columnStride, float* b, float* c, int depth, int columns)
    {
        var sum = Vector512.Load(c);
        for (var k = 0; k < depth; k++, b += columns)
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a[k * columnStride]), Vector512.Load(b), sum);
        sum.Store(c);
    }

    /// <summary>All tiles of 256-bit vectors from column <paramref name="n"/> on; returns the first column not
    /// done.</summary>
    public static int Columns256(
        float* a, int rowStride, int columnStride, float* b, float* c, int rows, int depth, int columns, int n = 0)
    {
        var width = Vector256<float>.Count;
        for (; n + (2 * width) <= columns; n += 2 * width)
        {
            var r = 0;
            for (; r + 4 <= rows; r += 4)
                FourRows256(a + (r * rowStride), rowStride, columnStride, b + n, c + (r * columns) + n, depth, columns);
            for (; r < rows; r++)
                OneRow256(a + (r * rowStride), columnStride, b + n, c + (r * columns) + n, depth, columns);
        }

        for (; n + width <= columns; n += width)
            for (var r = 0; r < rows; r++)
                OneVector256(a + (r * rowStride), columnStride, b + n, c + (r * columns) + n, depth, columns);
        return n;
    }

    private static void FourRows256(
        float* a, int rowStride, int columnStride, float* b, float* c, int depth, int columns)
    {
        var width = Vector256<float>.Count;
        float* a1 = a + rowStride, a2 = a1 + rowStride, a3 = a2 + rowStride;
        float* c1 = c + columns, c2 = c1 + columns, c3 = c2 + columns;
        var c00 = Vector256.Load(c);
        var c01 = Vector256.Load(c + width);
        var c10 = Vector256.Load(c1);
        var c11 = Vector256.Load(c1 + width);
        var c20 = Vector256.Load(c2);
        var c21 = Vector256.Load(c2 + width);
        var c30 = Vector256.Load(c3);
        var c31 = Vector256.Load(c3 + width);
        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + width);
            b += columns;
            var at = k * columnStride;
            var x = Vector256.Create(a[at]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a1[at]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a2[at]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a3[at]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
        }

        c00.Store(c);
        c01.Store(c + width);
        c10.Store(c1);
        c11.Store(c1 + width);
        c20.Store(c2);
        c21.Store(c2 + width);
        c30.Store(c3);
        c31.Store(c3 + width);
    }

    private static void OneRow256(float* a, int columnStride, float* b, float* c, int depth, int columns)
    {
        var width = Vector256<float>.Count;
        var c0 = Vector256.Load(c);
        var c1 = Vector256.Load(c + width);
        for (var k = 0; k < depth; k++, b += columns)
        {
            var x = Vector256.Create(a[k * columnStride]);
            c0 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b), c0);
            c1 = Vector256.FusedMultiplyAdd(x, Vector256.Load(b + width), c1);
        }

        c0.Store(c);
        c1.Store(c + width);
    }

    private static void OneVector256(float* a, int columnStride, float* b, float* c, int depth, int columns)
    {
        var sum = Vector256.Load(c);
        for (var k = 0; k < depth; k++, b += columns)
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[k * columnStride]), Vector256.Load(b), sum);
        sum.Store(c);
    }
}
