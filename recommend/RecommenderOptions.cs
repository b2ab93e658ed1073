namespace Engage.Recommend;

/// <summary>
/// Settings of a <see cref="Recommender"/>. The defaults are one set for all streams; they were chosen on the first 30%
/// of two streams that reward opposite rules. A saved model is loaded with the options it was saved with, sizes
/// included.
/// </summary>
public sealed record RecommenderOptions
{
    /// <summary>Most items in one answer.</summary>
    public const int LimitMax = 200;

    /// <summary>
    /// Half-lives of the trends, in events of the whole stream; infinity counts without forgetting. Several at once,
    /// because how fast taste moves differs by stream and the ranker learns which to trust. Each costs one float per
    /// item and one feature.
    /// </summary>
    public IReadOnlyList<double> TrendHalfLivesEvents { get; init; } =
        [25, 100, 400, 1600, 6400, double.PositiveInfinity];

    /// <summary>Half-lives of further trends in time, by the stream's own clock.</summary>
    public IReadOnlyList<TimeSpan> TrendHalfLives { get; init; } = [TimeSpan.FromHours(12), TimeSpan.FromDays(7)];

    /// <summary>Half-lives of the trends among users who have had about as much, in events of such users.</summary>
    public IReadOnlyList<double> StageHalfLivesEvents { get; init; } = [100, 1000, 10_000];

    /// <summary>
    /// Most neighbours kept per item. More sees weaker ties and costs memory (20 bytes each) and copying per published
    /// snapshot; past it the weakest quarter is dropped.
    /// </summary>
    public int NeighboursMax { get; init; } = 512;

    /// <summary>Half-life of the forgetting kind of tie, in events of the whole stream.</summary>
    public double FreshTieHalfLifeEvents { get; init; } = 4000;

    /// <summary>Most recent items of a user that a new engagement is tied to.</summary>
    public int CoOccurrenceWindow { get; init; } = UserInterest.RecentMax;

    /// <summary>Decay per place of a user's recent items where the last few matter, in (0, 1).</summary>
    public float TieQuickDecay { get; init; } = 0.7f;

    /// <summary>Decay per place of a user's recent items where the whole window matters, in (0, 1].</summary>
    public float TieSlowDecay { get; init; } = 0.97f;

    /// <summary>
    /// Candidates that each list of each source may add to one answer: one list per trend, four of ties, one of each
    /// other source. More finds more, costs ranking time and, past about 15, ranks worse: the ranker spends itself on
    /// items that are never near the top.
    /// </summary>
    public int CandidatesPerSource { get; init; } = 12;

    /// <summary>How what users do next is learned.</summary>
    public OutlookOptions Outlook { get; init; } = new();

    /// <summary>How the ranker's order is adjusted before it is shown.</summary>
    public RerankOptions Rerank { get; init; } = new();

    /// <summary>Floats per head of the two-tower model. More tells items apart better once there are many
    /// events.</summary>
    public int TowerDimensions { get; init; } = 24;

    /// <summary>
    /// Heads of the two-tower model: the decay per place of each average over the user's recent items, in (0, 1]. Low
    /// looks at the last item or two, high at the whole window.
    /// </summary>
    public IReadOnlyList<float> TowerDecays { get; init; } = [0.6f, 0.9f, 0.99f];

    /// <summary>
    /// Rates of the two-tower model's biases that follow the stream, one float per item each: the higher, the faster a
    /// bias rises with what is taken now and forgets what was. Several, because how fast fashions move differs by
    /// stream.
    /// </summary>
    public IReadOnlyList<float> TowerTrendRates { get; init; } = [0.03f, 0.2f, 1f];

    /// <summary>Negatives per example of the two-tower model. More learns faster per event and costs time.</summary>
    public int TowerNegatives { get; init; } = 64;

    /// <summary>Adagrad step of the two-tower model.</summary>
    public float TowerRate { get; init; } = 0.2f;

    /// <summary>Adagrad's first accumulator value: larger starts slower.</summary>
    public float TowerAccumulator { get; init; } = 0.03f;

    /// <summary>Floats of each of an item's three vectors in the ranker's attention over the recent items.</summary>
    public int AttentionDimensions { get; init; } = 16;

    /// <summary>Adagrad step of the attention.</summary>
    public float AttentionRate { get; init; } = 0.05f;

    /// <summary>Sizes of the ranker's hidden layers.</summary>
    public IReadOnlyList<int> RankerHidden { get; init; } = [64, 32];

    /// <summary>Adam step of the ranker.</summary>
    public float RankerRate { get; init; } = 0.0015f;

    /// <summary>
    /// Steps over which the weights that serve are averaged. Each step follows one example and overshoots; the average
    /// does not, at the price of following the stream that much later. 1 serves the newest weights.
    /// </summary>
    public int RankerAverageSteps { get; init; } = 500;

    /// <summary>Largest norm of the ranker's gradient; longer ones are shortened to it.</summary>
    public float RankerGradientMax { get; init; } = 5;

    /// <summary>
    /// How fast the belief in the ranker and in the simple rules beside it moves, per example compared, 0 to 1. More
    /// follows a stream that turns sooner and is less sure; 0 stays with the first guess.
    /// </summary>
    public float RuleRate { get; init; } = 0.04f;

    /// <summary>Learning from what was shown, and watching over it.</summary>
    public OnlineOptions Online { get; init; } = new();

    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">One is out of range; it says which, as the setting is called.</exception>
    public RecommenderOptions Checked()
    {
        var range = new OptionRange("Recommender");
        // Infinity counts without forgetting.
        range.Each(TrendHalfLivesEvents, 1, events => events > 0, "above 0");
        range.Each(TrendHalfLives, 0, life => life > TimeSpan.Zero, "positive");
        range.Each(StageHalfLivesEvents, 1, events => events > 0, "above 0");
        range.AtLeast(4, NeighboursMax);
        range.Above(0, FreshTieHalfLifeEvents);
        range.AtLeast(1, CoOccurrenceWindow);
        range.Within(float.Epsilon, 1, TieQuickDecay);
        range.Within(float.Epsilon, 1, TieSlowDecay);
        range.AtLeast(1, CandidatesPerSource);
        range.AtLeast(1, TowerDimensions);
        range.Each(TowerDecays, 1, decay => decay is > 0 and <= 1, "above 0, at most 1");
        range.Each(TowerTrendRates, 0, rate => rate > 0 && float.IsFinite(rate), "above 0");
        range.AtLeast(1, TowerNegatives);
        range.AtLeast(0, TowerRate);
        range.Above(0, TowerAccumulator);
        range.AtLeast(1, AttentionDimensions);
        range.AtLeast(0, AttentionRate);
        range.Each(RankerHidden, 0, size => size >= 1, "1 or more");
        range.AtLeast(0, RankerRate);
        range.AtLeast(1, RankerAverageSteps);
        range.Above(0, RankerGradientMax);
        range.Within(0, 1, RuleRate);
        Rerank.Check();
        Online.Check();
        Outlook.Checked();
        return this;
    }
}
