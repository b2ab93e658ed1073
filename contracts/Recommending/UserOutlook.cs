using Engage.Contracts.Activity;

namespace Engage.Contracts.Recommending;

/// <summary>One action of a user, as the models of what she does next read it.</summary>
[GenerateSerializer, Immutable, Alias("engage.recent-action")]
public readonly record struct RecentAction(
    [property: Id(0)] ActivityKind Kind,
    [property: Id(1)] string? Content,
    [property: Id(2)] string? Creator,
    [property: Id(3)] float? Value,
    [property: Id(4)] long AtMs);

/// <summary>What the model expects of a user, by her last actions.</summary>
[GenerateSerializer, Immutable, Alias("engage.user-outlook")]
public sealed record UserOutlook
{
    /// <summary>Of the model snapshot that was asked.</summary>
    [Id(0)] public required long Version { get; init; }

    /// <summary>Probability that she does nothing for <see cref="ReturnWindow"/> from now on.</summary>
    [Id(1)] public required float Churn { get; init; }
    [Id(2)] public required TimeSpan ReturnWindow { get; init; }

    /// <summary>What she does if she does something now, likeliest first.</summary>
    [Id(3)] public required ExpectedAction[] NextActions { get; init; }
}

[GenerateSerializer, Immutable, Alias("engage.expected-action")]
public readonly record struct ExpectedAction(
    [property: Id(0)] ActivityKind Kind, [property: Id(1)] float Probability);

/// <summary>How well what users do next was foreseen, over the newest examples. Null where there was no example
/// yet.</summary>
[GenerateSerializer, Immutable, Alias("engage.outlook-report")]
public sealed record OutlookReport(
    [property: Id(0)] long Actions,
    [property: Id(1)] double? NextActionLogLoss,
    [property: Id(2)] double? NextActionBaseLogLoss,
    [property: Id(3)] double? NextActionAccuracy,
    [property: Id(4)] long ChurnLabels,
    [property: Id(5)] double? ChurnLogLoss,
    [property: Id(6)] double? ChurnBaseLogLoss,
    [property: Id(7)] double? ChurnAuc,
    [property: Id(8)] long Ratings,
    [property: Id(9)] double? RatingRmse,
    [property: Id(10)] double? RatingBaseRmse);
