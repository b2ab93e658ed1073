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
    public float[] InverseDeviations() =>
        [.. Variance.Select(variance => variance < VarianceMin ? 1 : 1 / MathF.Sqrt(variance))];

    /// <summary>rows = (rows - mean) · inverse, within ± <see cref="Limit"/>, in place.</summary>
    public static void Standardize(
        Span<float> rows, int count, ReadOnlySpan<float> mean, ReadOnlySpan<float> inverse)
    {
        for (var r = 0; r < count; r++)
        {
            var row = rows.Slice(r * mean.Length, mean.Length);
            for (var i = 0; i < row.Length; i++)
                row[i] = Math.Clamp((row[i] - mean[i]) * inverse[i], -Limit, Limit);
        }
    }
}
