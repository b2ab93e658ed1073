using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Kernels over vectors, as wide as the machine allows, each beside its scalar reference. Lengths are free: whole
/// vectors first, the remainder one by one. Sums may differ from the reference in the last bits, because lanes are
/// added in another order.
/// </summary>
public static class VectorKernels
{
    /// <summary>Σ a·b.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static unsafe float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        RequireSameLength(a.Length, b.Length);
        fixed (float* pa = a, pb = b)
            return DotTiles.Dot(pa, pb, a.Length);
    }

    /// <summary>Reference of <see cref="Dot"/>.</summary>
    public static float DotScalar(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        RequireSameLength(a.Length, b.Length);
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>into[s] = Σ a·b over the s-th <paramref name="segment"/> elements of both; the last takes all that are
    /// left.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or there are not so many segments.</exception>
    public static unsafe void DotSegments(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, int segment, Span<float> into)
    {
        RequireSameLength(a.Length, b.Length);
        var last = into.Length - 1;
        if (segment < 0 || last < 0 || (long)last * segment > a.Length)
            throw new ArgumentException(
                $"{into.Length} segments of {segment} do not fit into {a.Length} elements.");
        fixed (float* pa = a, pb = b)
        {
            for (var s = 0; s < last; s++)
                into[s] = DotTiles.Dot(pa + (s * segment), pb + (s * segment), segment);
            into[last] = DotTiles.Dot(pa + (last * segment), pb + (last * segment), a.Length - (last * segment));
        }
    }

    /// <summary>
    /// y[r] = Σk rows[r, k] · x[k], for a block of rows [y.Length, x.Length]. Four rows at once share the loads of x.
    /// Reference: <see cref="DotScalar"/> row by row.
    /// </summary>
    /// <exception cref="ArgumentException">The block is not y.Length rows of x.Length.</exception>
    public static unsafe void DotRows(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> y)
    {
        // In 64 bits: in 32 a product may wrap to the length of a short block.
        var needed = (long)x.Length * y.Length;
        if (rows.Length != needed)
            throw new ArgumentException(
                $"{y.Length} rows of {x.Length} need {needed} floats; got {rows.Length}.");
        y.Clear();
        fixed (float* pr = rows, px = x, py = y)
            DotTiles.AddRows(pr, x.Length, px, py, y.Length, x.Length);
    }

    /// <summary>y += factor · x. <paramref name="y"/> must not overlap <paramref name="x"/> unless it is the
    /// same.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static unsafe void AddScaled(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        RequireSameLength(y.Length, x.Length);
        fixed (float* py = y, px = x)
        {
            var done = AddScaled<Lanes512, Vector512<float>>(py, px, 0, y.Length, factor);
            done = AddScaled<Lanes256, Vector256<float>>(py, px, done, y.Length, factor);
            done = AddScaled<Lanes128, Vector128<float>>(py, px, done, y.Length, factor);
            AddScaled<Lanes1, float>(py, px, done, y.Length, factor);
        }
    }

    /// <summary>Reference of <see cref="AddScaled"/>.</summary>
    public static void AddScaledScalar(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        RequireSameLength(y.Length, x.Length);
        for (var i = 0; i < y.Length; i++)
            y[i] = MathF.FusedMultiplyAdd(x[i], factor, y[i]);
    }

    /// <summary>Whole registers from element <paramref name="i"/> on; returns the first element not done.</summary>
    internal static unsafe int AddScaled<TLanes, V>(float* y, float* x, int i, int count, float factor)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return i;
        var f = TLanes.Create(factor);
        for (; i + TLanes.Count <= count; i += TLanes.Count)
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(x + i), f, TLanes.Load(y + i)), y + i);
        return i;
    }

    internal static void RequireSameLength(int a, int b)
    {
        if (a != b)
            ThrowLengths(a, b);
    }

    // Apart, so that the check is inlined: it stands before loops of a few nanoseconds.
    [DoesNotReturn]
    private static void ThrowLengths(int a, int b) =>
        throw new ArgumentException($"Both vectors must have one length; got {a} and {b}.");
}
