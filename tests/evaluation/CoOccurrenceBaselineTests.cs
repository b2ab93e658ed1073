namespace Engage.Evaluation.Tests;

public sealed class CoOccurrenceBaselineTests
{
    [Fact]
    public async Task WhatWasTakenTogetherComesFirstAndTheNewestItemSpeaksLoudest()
    {
        var baseline = new CoOccurrenceBaseline(decay: 0.5);
        await LearnAsync(baseline, "u1", "a", "x");
        await LearnAsync(baseline, "u2", "b", "y");
        await LearnAsync(baseline, "u3", "popular");
        await LearnAsync(baseline, "u4", "popular");

        await LearnAsync(baseline, "me", "a", "b");
        var list = await baseline.RecommendAsync("me", 3, 0, default);

        Assert.Equal(["y", "x", "popular"], list);
    }

    [Fact]
    public async Task UsersWithoutHistoryGetPopularity()
    {
        var baseline = new CoOccurrenceBaseline();
        await LearnAsync(baseline, "u1", "a", "b");
        await LearnAsync(baseline, "u2", "b");

        Assert.Equal(["b", "a"], await baseline.RecommendAsync("new", 5, 0, default));
    }

    [Fact]
    public async Task ItemsTakenOneAfterTheOtherBelongTogetherMoreThanThoseFarApart()
    {
        var baseline = new CoOccurrenceBaseline(closeness: 0.5);
        await LearnAsync(baseline, "u1", "a", "next", "b", "c", "far");

        await LearnAsync(baseline, "me", "a");

        Assert.Equal(["next", "b", "c", "far"], await baseline.RecommendAsync("me", 4, 0, default));
    }

    private static async Task LearnAsync(CoOccurrenceBaseline baseline, string user, params string[] items)
    {
        foreach (var item in items)
            await baseline.LearnAsync(new(user, item, 1, 0), default);
    }
}
