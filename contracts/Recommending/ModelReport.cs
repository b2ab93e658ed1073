namespace Engage.Contracts.Recommending;

/// <summary>How learning goes: what operators watch. Figures are of examples before they were learned.</summary>
[GenerateSerializer, Immutable, Alias("engage.model-report")]
public sealed record ModelReport
{
    /// <summary>Of the newest published snapshot.</summary>
    [Id(0)] public required long Version { get; init; }

    /// <summary>Engagements learned so far.</summary>
    [Id(1)] public required long Examples { get; init; }

    /// <summary>When the newest event learned from happened, Unix time in milliseconds; 0 before the first.</summary>
    [Id(2)] public required long StreamTimeMs { get; init; }
    [Id(3)] public required RankingReport Ranking { get; init; }
    [Id(4)] public required EngagementReport Engagement { get; init; }
    [Id(5)] public required GuardReport Guard { get; init; }

    /// <summary>What users do next: null from an older version.</summary>
    [Id(6)] public OutlookReport? Outlook { get; init; }

    /// <summary>First engagements among them that trained all but the ranker, because learning was behind.</summary>
    [Id(7)] public long Unranked { get; init; }
}

/// <param name="Window">Engagements the figures are taken over.</param>
/// <param name="HitRate10">Share of them whose content was in the first 10.</param>
/// <param name="Ndcg10">Mean of 1 / log2(1 + rank) inside the first 10.</param>
/// <param name="Loss">Mean softmax loss among the candidates, in nats.</param>
/// <param name="Rate">Learning rate now.</param>
/// <param name="GradientNorm">Of the last example, before it was shortened.</param>
/// <param name="Drifting">Whether a drift was announced lately.</param>
/// <param name="Drifts">Announced since the beginning.</param>
[GenerateSerializer, Immutable, Alias("engage.ranking-report")]
public sealed record RankingReport(
    [property: Id(0)] int Window,
    [property: Id(1)] double HitRate10,
    [property: Id(2)] double Ndcg10,
    [property: Id(3)] double Loss,
    [property: Id(4)] double Rate,
    [property: Id(5)] double GradientNorm,
    [property: Id(6)] bool Drifting,
    [property: Id(7)] long Drifts);

/// <summary>What came of impressions, and how well it was foreseen.</summary>
/// <param name="Joined">Impressions that got an outcome since the beginning.</param>
/// <param name="Waiting">Impressions without outcome so far.</param>
/// <param name="Window">Impressions the figures are taken over.</param>
/// <param name="Positives">How many of them were engaged with.</param>
/// <param name="LogLoss">Mean logistic loss, in nats.</param>
/// <param name="Auc">Probability that one engaged with was foreseen as likelier than one passed over.</param>
/// <param name="Calibration">Engagements observed / expected.</param>
/// <param name="CalibrationError">Mean distance of both over ten bins.</param>
/// <param name="LateShare">Share of engagements that came after the window.</param>
/// <param name="RankedRate">Estimated engagement rate if every slot showed what is ranked there.</param>
/// <param name="ExploredRate">The same if every slot showed a draw.</param>
/// <param name="Explored">Draws in the window.</param>
/// <param name="Share">The engagement model's part in the scores that are served now.</param>
/// <param name="Drifts">Announced since the beginning.</param>
[GenerateSerializer, Immutable, Alias("engage.engagement-report")]
public sealed record EngagementReport(
    [property: Id(0)] long Joined,
    [property: Id(1)] int Waiting,
    [property: Id(2)] int Window,
    [property: Id(3)] int Positives,
    [property: Id(4)] double LogLoss,
    [property: Id(5)] double Auc,
    [property: Id(6)] double Calibration,
    [property: Id(7)] double CalibrationError,
    [property: Id(8)] double LateShare,
    [property: Id(9)] double RankedRate,
    [property: Id(10)] double ExploredRate,
    [property: Id(11)] int Explored,
    [property: Id(12)] double Share,
    [property: Id(13)] long Drifts);

/// <param name="Rollbacks">Times the model went back to what was stored.</param>
/// <param name="Skipped">Examples left out: malformed, or breaking the model each time.</param>
/// <param name="LastReason">Why it went back the last time.</param>
[GenerateSerializer, Immutable, Alias("engage.guard-report")]
public sealed record GuardReport(
    [property: Id(0)] long Rollbacks, [property: Id(1)] long Skipped, [property: Id(2)] string? LastReason);
