using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engage.Neural;

/// <summary>Transposition by blocks of 8 by 8 in registers, so that no cache line is written eight times.</summary>
internal static unsafe class MatrixTransposition
{
    private const int Block = 8;

    /// <summary>to[c, r] = from[r, c]. Bounds are the caller's duty.</summary>
    public static void Run(float* from, float* to, int rows, int columns)
    {
        var (blockRows, blockColumns) = Avx.IsSupported ? (rows - (rows % Block), columns - (columns % Block)) : (0, 0);
        for (var r = 0; r < blockRows; r += Block)
            for (var c = 0; c < blockColumns; c += Block)
                EightByEight(from + ((nint)r * columns) + c, columns, to + ((nint)c * rows) + r, rows);
        Single(from, to, 0, blockRows, blockColumns, rows, columns);
        Single(from, to, blockRows, rows, 0, rows, columns);
    }

    private static void Single(float* from, float* to, int firstRow, int endRow, int firstColumn, int rows, int columns)
    {
        for (var r = firstRow; r < endRow; r++)
            for (var c = firstColumn; c < columns; c++)
                to[((nint)c * rows) + r] = from[((nint)r * columns) + c];
    }

    // Pairs of rows interleaved by one, then by two elements, then halves exchanged.
    private static void EightByEight(float* from, nint stride, float* to, nint toStride)
    {
        var (a0, a1) = Pair(from, stride, 0);
        var (a2, a3) = Pair(from, stride, 2);
        var (a4, a5) = Pair(from, stride, 4);
        var (a6, a7) = Pair(from, stride, 6);
        Put(to, toStride, 0, Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a4, a6, 0x44));
        Put(to, toStride, 1, Avx.Shuffle(a0, a2, 0xEE), Avx.Shuffle(a4, a6, 0xEE));
        Put(to, toStride, 2, Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a5, a7, 0x44));
        Put(to, toStride, 3, Avx.Shuffle(a1, a3, 0xEE), Avx.Shuffle(a5, a7, 0xEE));
    }

    private static (Vector256<float> Low, Vector256<float> High) Pair(float* from, nint stride, int r)
    {
        var (even, odd) = (Vector256.Load(from + (r * stride)), Vector256.Load(from + ((r + 1) * stride)));
        return (Avx.UnpackLow(even, odd), Avx.UnpackHigh(even, odd));
    }

    private static void Put(float* to, nint stride, int r, Vector256<float> left, Vector256<float> right)
    {
        Avx.Permute2x128(left, right, 0x20).Store(to + (r * stride));
        Avx.Permute2x128(left, right, 0x31).Store(to + ((r + 4) * stride));
    }
}
