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

    private static void RequireSameLength(int a, int b)
    {
        if (a != b)
            throw new ArgumentException($"Both vectors must have one length; got {a} and {b}.");
    }
}
