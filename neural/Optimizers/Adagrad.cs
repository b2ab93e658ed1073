using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// Adagrad (Duchi et al. 2011) for one row of a table: rows that are rarely seen keep a large step, which is what
/// embeddings of items with few events need, and a step costs only the rows it touches.
/// </summary>
public static class Adagrad
{
    private const float Epsilon = 1e-6f;

    /// <summary>accumulator += g², row -= rate · g / sqrt(accumulator), with g = scale · gradient.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Step(
        Span<float> row, Span<float> accumulator, ReadOnlySpan<float> gradient, float scale, float rate)
    {
        if (row.Length != gradient.Length || accumulator.Length != gradient.Length)
            throw new ArgumentException(
                $"Expected one length; got row {row.Length}, accumulator {accumulator.Length} and " +
                $"gradient {gradient.Length}.");
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(accumulator);
        var gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (var i = 0; i < rows.Length; i++)
        {
            var g = gradients[i] * scale;
            sums[i] = Vector.FusedMultiplyAdd(g, g, sums[i]);
            rows[i] -= g * rate / (Vector.SquareRoot(sums[i]) + new Vector<float>(Epsilon));
        }

        var done = rows.Length * Vector<float>.Count;
        StepScalar(row[done..], accumulator[done..], gradient[done..], scale, rate);
    }

    /// <summary>Reference of <see cref="Step"/>.</summary>
    public static void StepScalar(
        Span<float> row, Span<float> accumulator, ReadOnlySpan<float> gradient, float scale, float rate)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var g = gradient[i] * scale;
            accumulator[i] = MathF.FusedMultiplyAdd(g, g, accumulator[i]);
            row[i] -= g * rate / (MathF.Sqrt(accumulator[i]) + Epsilon);
        }
    }
}
