using Engage.Neural;

namespace Engage.Recommend;

/// <summary>An impression with its outcome, as it was foreseen.</summary>
/// <param name="Gap">Of no meaning: see <see cref="ModelState"/>.</param>
internal readonly record struct ResolvedImpression(
    float Predicted, float Propensity, bool Engaged, bool Explored, ushort Gap = 0);

/// <summary>The newest impressions with an outcome, as a ring, and what they say about the engagement model.</summary>
internal sealed class EngagementWindow(OnlineOptions options)
{
    private const int Size = 5_000;

    private readonly List<ResolvedImpression> _ring = [];
    private long _resolved;

    /// <summary>Impressions that ever got an outcome.</summary>
    public long Resolved => _resolved;

    public int Count => _ring.Count;

    public int Positives => _ring.Count(one => one.Engaged);

    public int Explored => _ring.Count(one => one.Explored);

    public void Add(in ResolvedImpression resolved)
    {
        if (_ring.Count < Size)
            _ring.Add(resolved);
        else
            _ring[(int)(_resolved % Size)] = resolved;
        _resolved++;
    }

    /// <summary>0 while there is none.</summary>
    public double LogLoss() =>
        _ring.Count == 0 ? 0 : _ring.Average(one => BinaryMetrics.LogLoss(one.Predicted, one.Engaged));

    /// <summary>0.5 while there is only one kind.</summary>
    public double Auc() => Positives is var positives && (positives == 0 || positives == _ring.Count)
        ? 0.5
        : BinaryMetrics.Auc(
            [.. _ring.Select(one => one.Predicted)], [.. _ring.Select(one => one.Engaged)]);

    /// <summary>Observed / expected engagements.</summary>
    public double Ratio()
    {
        var expected = _ring.Sum(one => (double)one.Predicted);
        return expected > 0 ? Positives / expected : 0;
    }

    /// <summary>Expected calibration error; 0 while there is none.</summary>
    public double CalibrationError()
    {
        if (_ring.Count == 0)
            return 0;
        var bins = new Calibration();
        foreach (var one in _ring)
            bins.Add(one.Predicted, one.Engaged);
        return bins.ExpectedError;
    }

    /// <summary>
    /// Self-normalized inverse propensity estimate of the engagement rate of one of the two policies that share the
    /// slots: always the ranked item, or always a draw. Both are clipped, so that no report of a tiny propensity
    /// outweighs all others; among draws, which are about equally unlikely, that leaves their mean.
    /// </summary>
    public double Rate(bool explored)
    {
        var (engaged, all) = (0.0, 0.0);
        foreach (var one in _ring)
        {
            if (one.Explored != explored || one.Propensity == 0)
                continue;
            var weight = Math.Min(1 / one.Propensity, options.PropensityWeightMax);
            engaged += one.Engaged ? weight : 0;
            all += weight;
        }

        return all > 0 ? engaged / all : 0;
    }

    public void Carry(ModelState state)
    {
        var ring = _ring.ToArray();
        state.Array("engagement.window", ref ring);
        state.Value("engagement.resolved", ref _resolved);
        _ring.Clear();
        _ring.AddRange(ring);
    }
}
