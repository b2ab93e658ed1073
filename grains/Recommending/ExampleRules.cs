using Engage.Contracts.Recommending;
using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>What an example must be like before the model touches it. Pure.</summary>
internal static class ExampleRules
{
    /// <returns>Null if the example is good, otherwise what is wrong.</returns>
    public static string? Check(LearningExample example)
    {
        if (!float.IsFinite(example.Weight) || example.Weight is < 0 or > Recommender.WeightMax)
            return $"weight {example.Weight}, expected 0 to {Recommender.WeightMax}";
        if (example is { HasContent: true, Content.Value.Length: 0 }) return "an empty content id";
        if (example.AtMs < 0) return $"time {example.AtMs}, expected Unix time in milliseconds";
        if (example.Shown?.Propensity is { } propensity && !(propensity is > 0 and <= 1))
            return $"propensity {propensity}, expected above 0, at most 1";
        return example.Before is { } before ? Check(before) : null;
    }

    private static string? Check(InterestView before)
    {
        var recent = before.RecentContents.Length;
        if (before.RecentWeights.Length != recent || before.RecentAtMs.Length != recent)
            return $"{recent} recent contents with {before.RecentWeights.Length} weights and "
                + $"{before.RecentAtMs.Length} times";
        foreach (var weight in before.RecentWeights.Span)
            if (!float.IsFinite(weight)) return "a recent weight that is not a number";
        return null;
    }
}
