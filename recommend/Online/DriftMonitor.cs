namespace Engage.Recommend;

/// <summary>
/// Watches a loss for a lasting rise: Page's cumulative sum (Page 1954; as Page-Hinkley in Gama et al. 2014), one-sided
/// and in units of the loss's own running deviation, so that one threshold fits every stream. What the loss usually is
/// follows slowly, since a growing catalogue makes every task harder without being a drift.
/// </summary>
internal sealed class DriftMonitor(OnlineOptions options)
{
    private const double MemoryExamples = 2_000;
    private const double ScoreMax = 4;
    private const int ExamplesMin = 200;

    private double _mean;
    private double _variance;
    private double _excess;
    private long _examples;
    private long _drifts;
    private long _since = -1;

    /// <summary>Drifts announced so far.</summary>
    public long Drifts => _drifts;

    /// <summary>True for <see cref="OnlineOptions.DriftExamples"/> examples after a drift was announced.</summary>
    public bool IsDrifting => _since >= 0 && _since < options.DriftExamples;

    /// <summary>What the loss usually is.</summary>
    public double UsualLoss => _mean;

    /// <summary>
    /// What learning rates are to be multiplied with: raised right after a drift, falling back to 1 in a straight line.
    /// Bounded and temporary, because a wrong alarm must not cost much.
    /// </summary>
    public float RateScale => IsDrifting
        ? 1 + ((options.DriftRateBoost - 1) * (1 - ((float)_since / options.DriftExamples)))
        : 1;

    /// <param name="loss">Of an example before it was learned; what is not finite is another monitor's
    /// matter.</param>
    /// <returns>True at the example at which a drift is announced.</returns>
    public bool Add(double loss)
    {
        if (!double.IsFinite(loss))
            return false;
        _since += _since >= 0 ? 1 : 0;
        var deviation = Math.Sqrt(Math.Max(_variance, 1e-6));
        // A loss has a long tail; one wild example must not look like many bad ones.
        if (_examples >= ExamplesMin)
        {
            var score = Math.Clamp((loss - _mean) / deviation, -ScoreMax, ScoreMax);
            _excess = Math.Max(0, _excess + score - options.DriftTolerance);
            loss = _mean + (score * deviation);
        }

        Follow(loss);
        if (_excess <= options.DriftThreshold)
            return false;
        // What is usual starts anew: the old level is history.
        (_excess, _since, _examples) = (0, 0, 0);
        _drifts++;
        return true;
    }

    public void Carry(ModelState state, string name)
    {
        double[] figures = [_mean, _variance, _excess];
        long[] counts = [_examples, _drifts, _since];
        state.Fixed($"{name}.figures", figures);
        state.Fixed($"{name}.counts", counts);
        (_mean, _variance, _excess) = (figures[0], figures[1], figures[2]);
        (_examples, _drifts, _since) = (counts[0], counts[1], counts[2]);
    }

    private void Follow(double loss)
    {
        _examples++;
        var rate = 1 / Math.Min(_examples, MemoryExamples);
        var delta = loss - _mean;
        _mean += rate * delta;
        _variance += rate * ((delta * (loss - _mean)) - _variance);
    }
}
