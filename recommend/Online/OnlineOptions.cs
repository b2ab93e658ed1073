namespace Engage.Recommend;

/// <summary>
/// Settings of learning from what was shown. A saved model is loaded with the options it was saved with, sizes
/// included.
/// </summary>
public sealed record OnlineOptions
{
    /// <summary>
    /// How long an impression waits for its outcome, in the stream's own time; then it counts as passed over. Longer
    /// finds more outcomes in time and learns later what nobody wants. Default 30 minutes.
    /// </summary>
    public TimeSpan JoinWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long after it was shown an outcome still corrects an impression that was taken for passed over. Default one
    /// day.
    /// </summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Impressions remembered, waiting or passed over. When it is full the oldest passed over is forgotten; when all
    /// wait, half of the users are followed no longer, by their hash, and of the rest every impression still has its
    /// whole window. Each costs about 200 bytes, in memory and in the saved model. Default 32,768.
    /// </summary>
    public int ImpressionsMax { get; init; } = 32_768;

    /// <summary>Impressions of one user that wait at most; more are not learned from. Default 512.</summary>
    public int ImpressionsPerUserMax { get; init; } = 512;

    /// <summary>Sizes of the engagement model's hidden layers.</summary>
    public IReadOnlyList<int> EngagementHidden { get; init; } = [32, 16];

    /// <summary>Adam step of the engagement model.</summary>
    public float EngagementRate { get; init; } = 0.001f;

    /// <summary>Steps over which the engagement model's serving weights are averaged.</summary>
    public int EngagementAverageSteps { get; init; } = 500;

    /// <summary>Negatives drawn from the candidates for an engagement that no impression explains.</summary>
    public int EngagementNegatives { get; init; } = 2;

    /// <summary>
    /// Earlier examples of the engagement model that are learned again with each new one, drawn from the newest
    /// <see cref="ReplayMax"/>. More gets further with few impressions and costs a step each. 0: none. Default 1.
    /// </summary>
    public int EngagementReplayed { get; init; } = 1;

    /// <summary>Examples kept to be learned again. Each costs about 120 bytes, in memory and in the saved model.
    /// Default 4,096.</summary>
    public int ReplayMax { get; init; } = 4_096;

    /// <summary>
    /// Resolved impressions after which nothing is learned again; until then less and less is, in a line. Default
    /// 4,000: beyond it replay made the forecasts worse, not better.
    /// </summary>
    public int ReplayUntil { get; init; } = 4_000;

    /// <summary>Examples that must be kept before any is learned again: a draw from a few would learn them by heart.
    /// Default 256.</summary>
    public int ReplayMin { get; init; } = 256;

    /// <summary>
    /// Impressions that must have got their outcome before the engagement model has a say in the ranking. A stream
    /// without impressions is ranked as if there were no such model. Default 2,000.
    /// </summary>
    public int EngagementJoinedMin { get; init; } = 2_000;

    /// <summary>
    /// The engagement model's part in the final score, reached at twice <see cref="EngagementJoinedMin"/>: score =
    /// (1 - share) · ranker's log-probability + share · log P(engaged | shown). 0 leaves the ranker alone. Default 0.3.
    /// </summary>
    public float EngagementShare { get; init; } = 0.3f;

    /// <summary>
    /// Most that one impression may count because its slot was unlikely to show it (1 / propensity, clipped). Higher
    /// is less biased towards what was shown anyway, and noisier. At least 1. Default 5.
    /// </summary>
    public float PropensityWeightMax { get; init; } = 5;

    /// <summary>
    /// Cumulated excess of the loss, in standard deviations, at which a drift is announced (Page's test). Lower is
    /// faster and more often wrong: at 60 the loss that grows with a young catalogue was taken for a drift.
    /// Default 120.
    /// </summary>
    public double DriftThreshold { get; init; } = 120;

    /// <summary>Excess per example that is no drift, in standard deviations.</summary>
    public double DriftTolerance { get; init; } = 0.1;

    /// <summary>
    /// What the learning rates are multiplied with right after a drift; it falls back to 1 over
    /// <see cref="DriftExamples"/>. 1 only raises the flag. Default 1.5.
    /// </summary>
    public float DriftRateBoost { get; init; } = 1.5f;

    /// <summary>Examples for which a drift is flagged and the rates are raised. Default 1,000.</summary>
    public int DriftExamples { get; init; } = 1_000;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        var range = new OptionRange("Recommender:Online");
        range.Positive(JoinWindow);
        range.NotNegative(LateWindow);
        range.AtLeast(1, ImpressionsMax);
        range.AtLeast(1, ImpressionsPerUserMax);
        range.Each(EngagementHidden, 0, size => size >= 1, "1 or more");
        range.AtLeast(0, EngagementRate);
        range.AtLeast(1, EngagementAverageSteps);
        range.AtLeast(0, EngagementNegatives);
        range.AtLeast(0, EngagementReplayed);
        range.AtLeast(1, ReplayMax);
        range.AtLeast(1, ReplayMin);
        range.AtLeast(1, ReplayUntil);
        range.AtLeast(1, EngagementJoinedMin);
        range.Within(0, 1, EngagementShare);
        range.AtLeast(1, PropensityWeightMax);
        range.Above(0, DriftThreshold);
        range.AtLeast(0, DriftTolerance);
        range.AtLeast(1, DriftRateBoost);
        range.AtLeast(1, DriftExamples);
    }
}
