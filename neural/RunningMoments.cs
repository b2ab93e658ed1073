using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Mean and spread of each feature over a stream of rows: exact averages first, exponential ones once
/// <see cref="MemoryRows"/> rows have been seen, so that the scale follows the stream slowly.
/// </summary>
public sealed class RunningMoments(int width, long memoryRows)
{
    // Below it a feature keeps its own scale: noise is not blown up, and what has never been different from 0 still
    // counts on the first row where it is.
    private const float VarianceMin = 1e-4f;

    /// <summary>Standardized values are kept within ± this.</summary>
    public const float Limit = 6;

    /// <summary>Rows after which old ones are forgotten exponentially.</summary>
    public long MemoryRows { get; } = memoryRows;

    /// <summary>Rows seen.</summary>
    public long Rows { get; set; }

    /// <summary>Means [width].</summary>
    public float[] Mean { get; } = new float[width];

    /// <summary>Variances [width].</summary>
    public float[] Variance { get; } = new float[width];

    /// <summary>Takes in every <paramref name="stride"/>-th of the rows [count, width].</summary>
    public void Add(ReadOnlySpan<float> rows, int count, int stride = 1)
    {
        for (var r = 0; r < count; r += stride)
        {
            Rows++;
            var rate = 1f / Math.Min(Rows, MemoryRows);
            var row = rows.Slice(r * Mean.Length, Mean.Length);
            for (var i = 0; i < row.Length; i++)
            {
                var delta = row[i] - Mean[i];
                Mean[i] += rate * delta;
                Variance[i] += rate * ((delta * (row[i] - Mean[i])) - Variance[i]);
            }
        }
    }

    /// <summary>1 / standard deviation of each feature, 1 for one that has not varied.</summary>
    public float[] InverseDeviations()
    {
        var inverse = new float[Variance.Length];
        InverseDeviations(inverse);
        return inverse;
    }

    /// <summary>The same into an array [width] of the caller's.</summary>
    public void InverseDeviations(Span<float> inverse)
    {
        VectorKernels.RequireSameLength(Variance.Length, inverse.Length);
        for (var i = 0; i < inverse.Length; i++)
            inverse[i] = Variance[i] < VarianceMin ? 1 : 1 / MathF.Sqrt(Variance[i]);
    }

    /// <summary>rows = (rows - mean) · inverse, within ± <see cref="Limit"/>, in place.</summary>
    /// <exception cref="ArgumentException">The rows are fewer, or the lengths differ.</exception>
    public static unsafe void Standardize(
        Span<float> rows, int count, ReadOnlySpan<float> mean, ReadOnlySpan<float> inverse)
    {
        VectorKernels.RequireSameLength(mean.Length, inverse.Length);
        if (rows.Length < (long)count * mean.Length)
            throw new ArgumentException(
                $"{count} rows of {mean.Length} need {(long)count * mean.Length} floats; got {rows.Length}.");
        fixed (float* row = rows, center = mean, scale = inverse)
            for (nint r = 0; r < count; r++)
            {
                var at = row + (r * mean.Length);
                var done = Standardize<Lanes512, Vector512<float>>(at, center, scale, 0, mean.Length);
                done = Standardize<Lanes256, Vector256<float>>(at, center, scale, done, mean.Length);
                done = Standardize<Lanes128, Vector128<float>>(at, center, scale, done, mean.Length);
                Standardize<Lanes1, float>(at, center, scale, done, mean.Length);
            }
    }

    /// <summary>Whole registers from element <paramref name="i"/> on; returns the first element not done.</summary>
    internal static unsafe int Standardize<TLanes, V>(float* row, float* mean, float* inverse, int i, int width)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (TLanes.IsSupported)
            for (; i + TLanes.Count <= width; i += TLanes.Count)
            {
                var value = TLanes.Multiply(
                    TLanes.Subtract(TLanes.Load(row + i), TLanes.Load(mean + i)), TLanes.Load(inverse + i));
                value = TLanes.AtMost(TLanes.Create(Limit), TLanes.AtLeast(TLanes.Create(-Limit), value));
                TLanes.Store(value, row + i);
            }

        return i;
    }
}
