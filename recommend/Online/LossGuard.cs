namespace Engage.Recommend;

/// <summary>
/// Tells a model that is breaking from one that is merely surprised. One wild example is nothing: its step is
/// shortened, or left out. A loss that stays several times above its usual level, or gradients that stay far above
/// their usual range, are a model on its way out, and it must not be published. A model that is sure of itself loses
/// much, too, when the stream turns away from it; then what it was some time ago would have lost as much.
/// </summary>
internal sealed class LossGuard
{
    private const float CalmRate = 0.25f;
    private const int CalmExamples = 1_000;
    private const double UsualExamples = 2_000;
    private const double RecentExamples = 32;
    private const int ExamplesMin = 256;
    private const int BrokenMax = 4;
    private const int HeardMin = 8;

    /// <summary>How much worse than a guess the recent losses may be without a doubt: this many times what is usual,
    /// and this many nats more. A drift makes a model as bad as a guess; one that was sure, worse.</summary>
    private const double ExcessRatioMax = 3;

    private const double ExcessRiseMax = 8;

    /// <summary>How many nats more than its witness a model in doubt may lose.</summary>
    private const double LagMax = 4;

    /// <summary>How far the logarithm of the gradient's norm may stay above its usual level: a factor of 50.</summary>
    private const double LogNormExcessMax = 3.9;

    private readonly double _logNormMax;
    private double _usualExcess;
    private double _recentExcess;
    private double _usualNorm;
    private double _recentNorm;
    private double _lag;
    private long _heard;
    private long _examples;
    private long _broken;
    private long _skipped;
    private long _calm;

    /// <param name="normMax">The norm to which gradients are shortened: shorter ones are no explosion, however small
    /// the usual ones of a model that is sure of itself.</param>
    public LossGuard(float normMax) => _logNormMax = Math.Log(normMax);

    /// <summary>Examples left out because their loss or gradient was not a number.</summary>
    public long Skipped => _skipped;

    /// <summary>
    /// What is wrong if losses are no numbers any more; null while they are. One such example is left out and harms
    /// nothing; several in a row are the model's fault.
    /// </summary>
    public string? NotNumbers => _broken >= BrokenMax ? "the ranker's losses or gradients are no numbers" : null;

    /// <summary>True while loss or gradients are what a broken model's would be: its witness is to be heard with every
    /// example.</summary>
    public bool Doubts => _examples >= ExamplesMin
        && (_recentExcess > Math.Max(ExcessRatioMax * _usualExcess, Math.Max(0, _usualExcess) + ExcessRiseMax)
            || _recentNorm > Math.Max(_usualNorm + LogNormExcessMax, _logNormMax));

    /// <summary>What is wrong if the loss exploded; null while it did not.</summary>
    public string? Explosion => Doubts && _heard >= HeardMin && _lag > LagMax
        ? FormattableString.Invariant(
            $"the ranker's loss rose from {_usualExcess:F2} to {_recentExcess:F2} nats beside that of a guess, ")
            + FormattableString.Invariant(
                $"the norm of its gradients from {Math.Exp(_usualNorm):G3} to {Math.Exp(_recentNorm):G3}; ")
            + FormattableString.Invariant($"what it was some time ago loses {_lag:F2} nats less")
        : null;

    /// <summary>What learning rates are to be multiplied with: less for a while after <see cref="Calm"/>.</summary>
    public float RateScale => _calm > 0 ? CalmRate : 1;

    public void Calm() => _calm = CalmExamples;

    /// <summary>What is usual is found out anew.</summary>
    public void Accept() => _examples = 0;

    /// <param name="loss">Of one example, before it was learned.</param>
    /// <param name="guess">What a guess among the same candidates would have lost.</param>
    /// <param name="norm">Of its gradient, before it was shortened.</param>
    public void Add(double loss, double guess, double norm)
    {
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            _broken++;
            _skipped++;
            return;
        }

        _broken = 0;
        _examples++;
        _calm = Math.Max(0, _calm - 1);
        var logNorm = Math.Log(Math.Max(norm, 1e-6));
        Follow(ref _usualExcess, loss - guess, UsualExamples);
        Follow(ref _recentExcess, loss - guess, RecentExamples);
        Follow(ref _usualNorm, logNorm, UsualExamples);
        Follow(ref _recentNorm, logNorm, RecentExamples);
        _heard = Doubts ? _heard : 0;
    }

    /// <summary>What the witness says of an example just added.</summary>
    /// <param name="lag">Nats by which the model lost more than its witness would have. One that is no number would
    /// silence the witness for good, and is <see cref="NotNumbers"/>' matter.</param>
    public void Hear(double lag)
    {
        if (!double.IsFinite(lag))
            return;
        _heard++;
        _lag = _heard == 1 ? lag : _lag + ((lag - _lag) / Math.Min(_heard, RecentExamples));
    }

    public void Carry(ModelState state)
    {
        double[] figures = [_usualExcess, _recentExcess, _usualNorm, _recentNorm, _lag];
        long[] counts = [_examples, _broken, _skipped, _calm, _heard];
        state.Fixed("guard.figures", figures);
        state.Fixed("guard.counts", counts);
        (_usualExcess, _recentExcess, _usualNorm, _recentNorm, _lag) =
            (figures[0], figures[1], figures[2], figures[3], figures[4]);
        (_examples, _broken, _skipped, _calm, _heard) = (counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    private void Follow(ref double mean, double value, double memory) =>
        mean += (value - mean) / Math.Min(_examples, memory);
}
