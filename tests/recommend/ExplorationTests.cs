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

    private RankedItem[] Ask(Exploration exploration)
    {
        var results = new RankedItem[1][];
        _snapshot.Recommend(
            [new(_world.User("u1").Current(), 10, _world.NowMs) { Exploration = exploration }], results);
        return results[0];
    }
}
