namespace Engage.Recommend;

/// <summary>
/// How well the model foresees what it is about to learn, over the newest examples (progressive validation).
/// </summary>
/// <param name="Examples">Outcomes learned since the beginning.</param>
/// <param name="Version">Version of the newest published snapshot.</param>
/// <param name="Window">Examples the figures below are taken over.</param>
/// <param name="HitRate10">Share of them whose item was in the first 10 before it was learned.</param>
/// <param name="Ndcg10">Mean of 1 / log2(1 + rank) inside the first 10.</param>
/// <param name="Loss">Mean softmax loss of the ranker in nats.</param>
public sealed record LearningProgress(
    long Examples, long Version, int Window, double HitRate10, double Ndcg10, double Loss)
{
    /// <summary>How well P(engaged | shown) is foreseen.</summary>
    public required EngagementProgress Engagement { get; init; }

    /// <summary>How well what users do next is foreseen.</summary>
    public required OutlookProgress Outlook { get; init; }

    /// <summary>Drifts announced by the ranker's loss since the beginning.</summary>
    public long Drifts { get; init; }

    /// <summary>Whether one was announced lately, and the learning rate is raised.</summary>
    public bool IsDrifting { get; init; }

    /// <summary>The ranker's learning rate now.</summary>
    public double Rate { get; init; }

    /// <summary>Steps left out since the beginning because a feature, loss or gradient was not a number.</summary>
    public long Skipped { get; init; }

    /// <summary>Norm of the ranker's last gradient, before it was shortened.</summary>
    public double GradientNorm { get; init; }
}

/// <summary>
/// Figures over the newest impressions with an outcome. Each was foreseen when it was shown, before anything was
/// learned from it. What came after its impression was taken for passed over is in <paramref name="LateShare"/> alone.
/// </summary>
/// <param name="Joined">Impressions that got an outcome since the beginning.</param>
/// <param name="Waiting">Impressions without outcome so far.</param>
/// <param name="Window">Impressions the figures below are taken over.</param>
/// <param name="Positives">How many of them were engaged with.</param>
/// <param name="LogLoss">Mean logistic loss, in nats.</param>
/// <param name="Auc">Probability that an impression engaged with was foreseen as likelier than one passed over; 0.5
/// while there is only one kind.</param>
/// <param name="Calibration">Engagements observed / expected; 1 is right, 0 while nothing was expected.</param>
/// <param name="CalibrationError">Mean distance of observed and expected rate over ten bins.</param>
/// <param name="LateShare">Share of engagements that came after their impression was taken for passed over.</param>
/// <param name="RankedRate">
/// Off-policy estimate of the engagement rate if every slot showed what is ranked there (clipped, self-normalized
/// inverse propensity: Swaminathan and Joachims 2015). 0 while no propensity was logged.
/// </param>
/// <param name="ExploredRate">The same if every slot showed a draw.</param>
/// <param name="Explored">Explored impressions in the window.</param>
/// <param name="Share">The engagement model's part in the scores that are served now.</param>
/// <param name="Drifts">Drifts announced by this model's loss since the beginning.</param>
public sealed record EngagementProgress(
    long Joined, int Waiting, int Window, int Positives, double LogLoss, double Auc, double Calibration,
    double CalibrationError, double LateShare, double RankedRate, double ExploredRate, int Explored, double Share,
    long Drifts)
{
    /// <summary>Impressions since the beginning that were not followed up because there was no place for them
    /// (<see cref="OnlineOptions.ImpressionsMax"/>): no label, and in none of the figures.</summary>
    public long Dropped { get; init; }
}
