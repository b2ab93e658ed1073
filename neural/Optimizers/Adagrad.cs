using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Adagrad (Duchi et al. 2011) for one row of a table: rows that are rarely seen keep a large step, which is what
/// embeddings of items with few events need, and a step costs only the rows it touches.
/// </summary>
public static unsafe class Adagrad
{
    private const float Epsilon = 1e-6f;

    /// <summary>accumulator += g², row -= rate · g / sqrt(accumulator), with g = scale · gradient. Reference:
    /// <see cref="StepScalar"/>.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Step(
        Span<float> row, Span<float> accumulator, ReadOnlySpan<float> gradient, float scale, float rate)
    {
        if (row.Length != gradient.Length || accumulator.Length != gradient.Length)
            throw new ArgumentException(
                $"Expected one length; got row {row.Length}, accumulator {accumulator.Length} and " +
                $"gradient {gradient.Length}.");
        fixed (float* w = row, sum = accumulator, g = gradient)
        {
            var done = Run<Lanes512, Vector512<float>>(w, sum, g, 0, row.Length, scale, rate);
            done = Run<Lanes256, Vector256<float>>(w, sum, g, done, row.Length, scale, rate);
            done = Run<Lanes128, Vector128<float>>(w, sum, g, done, row.Length, scale, rate);
            Run<Lanes1, float>(w, sum, g, done, row.Length, scale, rate);
        }
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

    /// <summary>Whole registers from element <paramref name="i"/> on; returns the first one not done.</summary>
    internal static int Run<TLanes, V>(
        float* row, float* sums, float* gradient, int i, int count, float scale, float rate)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return i;
        V scales = TLanes.Create(scale), rates = TLanes.Create(rate), epsilon = TLanes.Create(Epsilon);
        for (; i + TLanes.Count <= count; i += TLanes.Count)
        {
            var g = TLanes.Multiply(TLanes.Load(gradient + i), scales);
            var sum = TLanes.MultiplyAdd(g, g, TLanes.Load(sums + i));
            TLanes.Store(sum, sums + i);
            var step = TLanes.Divide(TLanes.Multiply(g, rates), TLanes.Add(TLanes.SquareRoot(sum), epsilon));
            TLanes.Store(TLanes.Subtract(TLanes.Load(row + i), step), row + i);
        }

        return i;
    }
}
