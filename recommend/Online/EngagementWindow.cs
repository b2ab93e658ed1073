namespace Engage.Recommend;

/// <summary>An impression with its outcome, as it was foreseen.</summary>
internal readonly record struct ResolvedImpression(float Predicted, float Propensity, bool Engaged, bool Explored);

/// <summary>The newest impressions with an outcome, as a ring, and what they say about the engagement model.</summary>
internal sealed class EngagementWindow(OnlineOptions options)
{
    private const int Size = 5_000;
    private const int Bins = 10;

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

    public double LogLoss() => _ring.Select(one =>
        -Math.Log(Math.Clamp(one.Engaged ? one.Predicted : 1 - (double)one.Predicted, 1e-7, 1))).DefaultIfEmpty(0)
        .Average();

    /// <summary>By ranks, ties counted half.</summary>
    public double Auc()
    {
        var sorted = _ring.OrderBy(one => one.Predicted).ToArray();
        double positives = Positives, ranks = 0;
        var negatives = sorted.Length - positives;
        if (positives == 0 || negatives == 0)
            return 0.5;
        for (int from = 0, to; from < sorted.Length; from = to)
        {
            for (to = from + 1; to < sorted.Length && sorted[to].Predicted == sorted[from].Predicted;)
                to++;
            for (var i = from; i < to; i++)
                ranks += sorted[i].Engaged ? (from + 1 + to) / 2.0 : 0;
        }

        return (ranks - (positives * (positives + 1) / 2)) / (positives * negatives);
    }

    /// <summary>Observed / expected engagements.</summary>
    public double Calibration()
    {
        var expected = _ring.Sum(one => (double)one.Predicted);
        return expected > 0 ? Positives / expected : 0;
    }

    /// <summary>Expected calibration error over bins of equal count (Naeini et al. 2015).</summary>
    public double CalibrationError()
    {
        if (_ring.Count == 0)
            return 0;
        var bins = _ring.OrderBy(one => one.Predicted).Chunk((_ring.Count + Bins - 1) / Bins);
        return bins.Sum(bin => Math.Abs(bin.Sum(one => one.Predicted - (one.Engaged ? 1 : 0)))) / _ring.Count;
    }

    /// <summary>
    /// Self-normalized inverse propensity estimate of the engagement rate of one of the two policies that share the
    /// slots: always the ranked item, or always a draw.
    /// </summary>
    public double Rate(bool explored)
    {
        var (engaged, all) = (0.0, 0.0);
        foreach (var one in _ring)
        {
            if (one.Explored != explored || one.Propensity == 0)
                continue;
            var weight = Math.Min(1 / one.Propensity, explored ? float.MaxValue : options.PropensityWeightMax);
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
