namespace Engage.Evaluation.Tests;

public sealed class PopularityBaselineTests
{
    [Fact]
    public async Task PlainPopularityRanksByCountAndTiesByFirstSeen()
    {
        var baseline = PopularityBaseline.Plain();

        await LearnAsync(baseline, "a", "b", "c", "c", "d");

        Assert.Equal(["c", "a", "b"], await AskAsync(baseline, "new", 3));
    }

    [Fact]
    public async Task ItemsTheUserHasHadAreLeftOut()
    {
        var baseline = PopularityBaseline.Plain();

        await LearnAsync(baseline, "a", "a", "b");
        await baseline.LearnAsync(new("me", "a", 1, 9), default);

        Assert.Equal(["b"], await AskAsync(baseline, "me", 3));
    }

    [Fact]
    public async Task RecentPopularityForgetsByItsHalfLife()
    {
        var baseline = PopularityBaseline.Recent(halfLifeEvents: 1);

        // Weights by age: a = 1/8 + 1/16 of the newest event, b = 1/4 + 1/2, c = 1.
        await LearnAsync(baseline, "a", "a", "b", "b", "c");

        Assert.Equal(["c", "b", "a"], await AskAsync(baseline, "new", 3));
    }

    [Fact]
    public async Task RescalingKeepsTheOrder()
    {
        var baseline = PopularityBaseline.Recent(halfLifeEvents: 0.1);

        await LearnAsync(baseline, [.. Enumerable.Range(0, 300).Select(i => "abc"[i % 3].ToString())]);

        Assert.Equal(["c", "b", "a"], await AskAsync(baseline, "new", 3));
    }

    private static async Task LearnAsync(PopularityBaseline baseline, params string[] items)
    {
        for (var i = 0; i < items.Length; i++)
            await baseline.LearnAsync(new($"u{i}", items[i], 1, i), default);
    }

    private static async Task<IReadOnlyList<string>> AskAsync(PopularityBaseline baseline, string user, int count) =>
        await baseline.RecommendAsync(user, count, 0, default);
}
