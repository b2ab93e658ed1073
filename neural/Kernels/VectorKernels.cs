using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// Kernels over vectors, as wide as <see cref="Vector{T}"/>, each beside its scalar reference. Lengths are free: whole
/// vectors first, the remainder one by one. Sums may differ from the reference in the last bits, because lanes are
/// added in another order.
/// </summary>
public static class VectorKernels
{
    /// <summary>Σ a·b.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        RequireSameLength(a.Length, b.Length);
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sum0 = default, sum1 = default;
        var i = 0;
        // Two sums hide the latency of the fused multiply-add.
        for (; i + 1 < va.Length; i += 2)
        {
            sum0 = Vector.FusedMultiplyAdd(va[i], vb[i], sum0);
            sum1 = Vector.FusedMultiplyAdd(va[i + 1], vb[i + 1], sum1);
        }

        if (i < va.Length)
            sum0 = Vector.FusedMultiplyAdd(va[i], vb[i], sum0);
        var sum = Vector.Sum(sum0 + sum1);
        for (var r = va.Length * Vector<float>.Count; r < a.Length; r++)
            sum += a[r] * b[r];
        return sum;
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

    /// <summary>
    /// y[r] = Σk rows[r, k] · x[k], for a block of rows [y.Length, x.Length]. Four rows at once share the loads of x.
    /// Reference: <see cref="DotScalar"/> row by row.
    /// </summary>
    /// <exception cref="ArgumentException">The block is not y.Length rows of x.Length.</exception>
    public static void DotRows(ReadOnlySpan<float> rows, ReadOnlySpan<float> x, Span<float> y)
    {
        var n = x.Length;
        if (rows.Length != n * y.Length)
            throw new ArgumentException($"{y.Length} rows of {n} need {n * y.Length} floats; got {rows.Length}.");
        var vx = MemoryMarshal.Cast<float, Vector<float>>(x);
        var r = 0;
        for (; r + 4 <= y.Length; r += 4)
        {
            ref readonly var first = ref MemoryMarshal.GetReference(rows[(r * n)..]);
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (var i = 0; i < vx.Length; i++)
            {
                var at = (nuint)(i * Vector<float>.Count);
                sum0 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(in first, at), vx[i], sum0);
                sum1 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(in first, at + (nuint)n), vx[i], sum1);
                sum2 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(in first, at + (nuint)(2 * n)), vx[i], sum2);
                sum3 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(in first, at + (nuint)(3 * n)), vx[i], sum3);
            }

            (y[r], y[r + 1]) = (Vector.Sum(sum0), Vector.Sum(sum1));
            (y[r + 2], y[r + 3]) = (Vector.Sum(sum2), Vector.Sum(sum3));
            for (var k = vx.Length * Vector<float>.Count; k < n; k++)
                for (var s = r; s < r + 4; s++)
                    y[s] += rows[(s * n) + k] * x[k];
        }

        for (; r < y.Length; r++)
            y[r] = Dot(rows.Slice(r * n, n), x);
    }

    /// <summary>y += factor · x. <paramref name="y"/> must not overlap <paramref name="x"/> unless it is the
    /// same.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void AddScaled(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        RequireSameLength(y.Length, x.Length);
        var vy = MemoryMarshal.Cast<float, Vector<float>>(y);
        var vx = MemoryMarshal.Cast<float, Vector<float>>(x);
        var f = new Vector<float>(factor);
        for (var i = 0; i < vy.Length; i++)
            vy[i] = Vector.FusedMultiplyAdd(vx[i], f, vy[i]);
        AddScaledScalar(y[(vy.Length * Vector<float>.Count)..], x[(vy.Length * Vector<float>.Count)..], factor);
    }

    /// <summary>Reference of <see cref="AddScaled"/>.</summary>
    public static void AddScaledScalar(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        RequireSameLength(y.Length, x.Length);
        for (var i = 0; i < y.Length; i++)
            y[i] = MathF.FusedMultiplyAdd(x[i], factor, y[i]);
    }

    internal static void RequireSameLength(int a, int b)
    {
        if (a != b)
            throw new ArgumentException($"Both vectors must have one length; got {a} and {b}.");
    }
}
