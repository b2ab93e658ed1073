using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engage.Neural;

/// <summary>Transposition by blocks of 8 by 8 in registers, so that no cache line is written eight times.</summary>
internal static unsafe class MatrixTransposition
{
    private const int Block = 8;

    /// <summary>to[c, r] = from[r, c]. Bounds are the caller's duty.</summary>
    /// <param name="toStride">Floats from one row of the result to the next, at least <paramref name="rows"/>.</param>
    public static void Run(float* from, float* to, int rows, int columns, nint toStride)
    {
        if (!Avx.IsSupported || rows < Block || columns < Block)
        {
            Single(from, to, rows, columns, toStride);
            return;
        }

        // The last blocks overlap those before where a side is not a multiple: what they share is written twice.
        for (nint r = 0; r < rows; r += Block)
            for (nint c = 0; c < columns; c += Block)
            {
                var (row, column) = (Math.Min(r, rows - Block), Math.Min(c, columns - Block));
                EightByEight(
                    from + (row * columns) + column, columns, to + (column * toStride) + row, toStride);
            }
    }

    private static void Single(float* from, float* to, int rows, int columns, nint toStride)
    {
        for (nint r = 0; r < rows; r++)
            for (nint c = 0; c < columns; c++)
                to[(c * toStride) + r] = from[(r * columns) + c];
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
