namespace Engage.Recommend.Tests;

public sealed class ExplorationTests
{
    private readonly World _world = new();
    private readonly RecommenderSnapshot _snapshot;

    public ExplorationTests()
    {
        var recommender = World.NewRecommender();
        _world.Play(600, recommender);
        _snapshot = recommender.Publish();
    }

    [Fact]
    public void WithoutExplorationEverySlotIsCertain()
    {
        Assert.All(Ask(default), ranked => Assert.Equal((1f, false), (ranked.Propensity, ranked.Explored)));
    }

    [Fact]
    public void WhatWasDrawnSaysSoAndEveryOtherSlotShowsWhatIsRankedThere()
    {
        var ranked = Ask(default);

        var mixed = Ask(new(0.5f, 3));

        Assert.Contains(mixed, one => one.Explored);
        Assert.Contains(mixed, one => !one.Explored);
        Assert.Equal(mixed.Length, mixed.Select(one => one.Item).Distinct().Count());
        foreach (var (slot, one) in mixed.Index())
            if (one.Explored)
            {
                Assert.Equal(RecommendReasonKind.Explore, one.Reason.Kind);
                Assert.DoesNotContain(ranked, other => other.Item == one.Item);
                Assert.InRange(one.Propensity, 1e-4f, 0.1f);
            }
            else
            {
                Assert.Equal((ranked[slot].Item, 0.5f), (one.Item, one.Propensity));
            }
    }

    [Fact]
    public void TheSameSeedDrawsTheSame()
    {
        Assert.Equal(Ask(new(0.3f, 5)), Ask(new(0.3f, 5)));
    }

    /// <summary>The promise of a propensity: over many draws, slot s shows item i as often as it says.</summary>
    [Fact]
    public void ItemsAreShownAsOftenAsTheirPropensitySays()
    {
        const int draws = 6_000;
        var shown = new Dictionary<string, (int Times, float Propensity)>();
        for (var seed = 0UL; seed < draws; seed++)
            foreach (var one in Ask(new(0.4f, Exploration.SeedOf("u", (long)seed))).Skip(4).Take(1))
                shown[one.Item] = (shown.GetValueOrDefault(one.Item).Times + 1, one.Propensity);

        Assert.InRange(shown.Count, 20, 120);
        foreach (var (times, propensity) in shown.Values)
        {
            var expected = draws * propensity;
            Assert.InRange(times, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    /// <summary>With fewer items below the list than it has slots, the pool must not run out unseen.</summary>
    [Theory]
    [InlineData(0.3f)]
    [InlineData(0.9f)]
    [InlineData(1f)]
    public void PropensitiesAreExactAlsoWhenFewerItemsAreLeftThanSlots(float share)
    {
        const int draws = 3_000;
        const int items = 13;
        var recommender = World.NewRecommender();
        for (var i = 0; i < items; i++)
            recommender.Upsert(new($"x{i}", "k", "g", "", "", [], 0));
        var snapshot = recommender.Publish();
        var times = new Dictionary<(int Slot, string Item), int>();
        var propensities = new Dictionary<(int Slot, string Item), float>();

        for (var seed = 0UL; seed < draws; seed++)
        {
            var exploration = new Exploration(share, Exploration.SeedOf("u", (long)seed));
            var results = new RankedItem[1][];
            snapshot.Recommend([new(UserContext.Empty, 10, _world.NowMs) { Exploration = exploration }], results);
            Assert.Equal(10, results[0].Length);
            foreach (var (slot, one) in results[0].Index())
            {
                times[(slot, one.Item)] = times.GetValueOrDefault((slot, one.Item)) + 1;
                propensities[(slot, one.Item)] = one.Propensity;
            }
        }

        // Those beyond the pool are certain, and always the same.
        Assert.InRange(propensities.Count(one => one.Value == 1), 7, 9);
        foreach (var (at, count) in times)
        {
            var expected = draws * propensities[at];
            Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    private RankedItem[] Ask(Exploration exploration)
    {
        var results = new RankedItem[1][];
        _snapshot.Recommend(
            [new(_world.User("u1").Current(), 10, _world.NowMs) { Exploration = exploration }], results);
        return results[0];
    }
}
