using System.Numerics;

namespace Engage.LoadGen.Measure;

/// <summary>
/// Counts durations in buckets whose width grows with the value, as in Gil Tene's HdrHistogram: every power of two is
/// cut into <see cref="StepsPerOctave"/> equal steps, so that a quantile read back is within 0.4 % of the recorded
/// value from 128 ns up to about 73 minutes, in a fixed 36 KiB. Longer durations count as the longest. Not safe for
/// concurrent use.
/// </summary>
public sealed class LatencyHistogram
{
    private const int StepBits = 7;
    private const int StepsPerOctave = 1 << StepBits;
    private const int ValueBits = 42;
    private const long ValueMax = (1L << ValueBits) - 1;

    // Values below one octave of steps are their own bucket; each further bit of magnitude adds one octave.
    private readonly long[] _counts = new long[(ValueBits - StepBits + 1) * StepsPerOctave];

    private long _max;

    /// <summary>Durations recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest recorded, exactly.</summary>
    public TimeSpan Max => TimeSpan.FromMicroseconds(_max / 1000.0);

    /// <summary>Adds one duration; a negative one counts as zero.</summary>
    public void Record(TimeSpan duration) =>
        RecordNanoseconds((long)Math.Clamp(duration.TotalNanoseconds, 0, ValueMax));

    /// <summary>The same, for callers that record millions a second.</summary>
    public void RecordNanoseconds(long nanoseconds)
    {
        nanoseconds = Math.Clamp(nanoseconds, 0, ValueMax);
        _counts[BucketOf(nanoseconds)]++;
        _max = Math.Max(_max, nanoseconds);
        Count++;
    }

    /// <summary>Adds all of <paramref name="other"/>'s durations.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _max = Math.Max(_max, other._max);
        Count += other.Count;
    }

    /// <summary>
    /// What is in it, for another process: the longest in nanoseconds, then pairs of a bucket and its count.
    /// </summary>
    public long[] ToPairs()
    {
        var pairs = new List<long> { _max };
        for (var bucket = 0; bucket < _counts.Length; bucket++)
            if (_counts[bucket] > 0)
                pairs.AddRange([bucket, _counts[bucket]]);
        return [.. pairs];
    }

    /// <summary>Adds what <see cref="ToPairs"/> of another told.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public void AddPairs(IReadOnlyList<long> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count % 2 == 0)
            throw new InvalidDataException($"A histogram of {pairs.Count} numbers: expected the longest, then pairs.");
        for (var i = 1; i < pairs.Count; i += 2)
        {
            if (pairs[i] < 0 || pairs[i] >= _counts.Length || pairs[i + 1] < 0)
                throw new InvalidDataException(
                    $"A histogram with {pairs[i + 1]} in bucket {pairs[i]}: expected buckets below {_counts.Length}.");
            _counts[pairs[i]] += pairs[i + 1];
            Count += pairs[i + 1];
        }

        _max = Math.Max(_max, pairs[0]);
    }

    /// <summary>
    /// The smallest duration that a share of <paramref name="quantile"/> of all does not exceed; zero when empty.
    /// </summary>
    /// <param name="quantile">0 to 1; 0.99 is the 99th percentile.</param>
    public TimeSpan Quantile(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0 && _counts[bucket] > 0)
                // Half of the topmost bucket may be beyond what was ever recorded.
                return TimeSpan.FromMicroseconds(Math.Min(MiddleOf(bucket), _max) / 1000);
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - StepBits);
        return (shift * StepsPerOctave) + (int)(value >> shift);
    }

    private static double MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket / StepsPerOctave) - 1);
        var lowest = (long)(bucket - (shift * StepsPerOctave)) << shift;
        return lowest + (((1L << shift) - 1) / 2.0);
    }
}
