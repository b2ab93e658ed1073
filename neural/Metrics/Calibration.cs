namespace Engage.Neural;

/// <summary>Whether of the examples that were given 30% about 30% happened: equal-width bins of probabilities and the
/// expected calibration error (Naeini et al. 2015).</summary>
public sealed class Calibration
{
    private readonly long[] _counts;
    private readonly long[] _positives;
    private readonly double[] _sums;

    /// <param name="bins">At least 1.</param>
    public Calibration(int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        (_counts, _positives, _sums) = (new long[bins], new long[bins], new double[bins]);
    }

    /// <summary>Bins from 0 to 1; an empty one has NaN means.</summary>
    public IReadOnlyList<CalibrationBin> Bins => [.. Enumerable.Range(0, _counts.Length).Select(Bin)];

    /// <summary>Σ share of the bin · |mean probability - share that happened|; NaN for no examples.</summary>
    public double ExpectedError
    {
        get
        {
            var gaps = 0.0;
            for (var bin = 0; bin < _counts.Length; bin++)
                gaps += Math.Abs(_sums[bin] - _positives[bin]);
            return gaps / _counts.Sum();
        }
    }

    /// <summary>Adds what was said of an example, and what happened.</summary>
    /// <param name="probability">0 to 1.</param>
    public void Add(float probability, bool happened)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is 0 to 1.");
        var bin = Math.Min((int)(probability * _counts.Length), _counts.Length - 1);
        _counts[bin]++;
        _positives[bin] += happened ? 1 : 0;
        _sums[bin] += probability;
    }

    private CalibrationBin Bin(int bin) =>
        new(_counts[bin], _sums[bin] / _counts[bin], (double)_positives[bin] / _counts[bin]);
}

/// <summary>One bin of <see cref="Calibration"/>.</summary>
/// <param name="Count">Examples.</param>
/// <param name="Said">Mean probability.</param>
/// <param name="Happened">Share that happened.</param>
public readonly record struct CalibrationBin(long Count, double Said, double Happened);
