using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Recommend;

/// <summary>Looks for what is not a number.</summary>
internal static class Finite
{
    /// <summary>True if no value is infinite or NaN.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        // 0 · x is 0 for every number and NaN for the rest, and NaN survives every sum.
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sums = Vector<float>.Zero;
        foreach (var vector in vectors)
            sums += vector * Vector<float>.Zero;
        var sum = Vector.Sum(sums);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            sum += value * 0;
        return !float.IsNaN(sum);
    }
}
