using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>What the neural parts learn by themselves, without the counted rules.</summary>
public sealed class TowerTests
{
    private const int Chain = 12;

    private readonly World _world = new();

    [Fact]
    public void WhatFollowedTheSameSequenceIsFoundFirst()
    {
        var recommender = World.NewRecommender();
        Walk(recommender, 40);
        var user = Context(["s0", "s1", "s2", "s3", "s4"], [0, 1, 2, 3, 4]);

        var found = recommender.Publish().Retrieve(user, 3);

        Assert.Equal("s5", found[0]);
    }

    [Fact]
    public void ItemsOfOneInstantHaveNoOrder()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        var snapshot = recommender.Publish();

        var (one, other, later) = (
            snapshot.Retrieve(Context(["i1", "i3", "i5"], [1, 7, 7]), 50),
            snapshot.Retrieve(Context(["i1", "i5", "i3"], [1, 7, 7]), 50),
            snapshot.Retrieve(Context(["i1", "i5", "i3"], [1, 7, 8]), 50));

        Assert.Equal(one, other);
        Assert.NotEqual(other, later);
    }

    [Fact]
    public void WhatTheUserHasHadIsNoNegative()
    {
        var (spared, pushed) = (World.NewRecommender(), World.NewRecommender());
        Walk(spared, 1);
        Walk(pushed, 1);
        var had = Context(["s1"], [1]);
        for (var i = 0; i < 200; i++)
        {
            spared.Learn(had with { Had = new[] { "s1", "s2" } }, $"x{i % 3}", 1, 100 + i);
            pushed.Learn(had with { Had = new[] { "s1" } }, $"x{i % 3}", 1, 100 + i);
        }

        var (kept, lost) = (
            spared.Publish().Retrieve(had, 100), pushed.Publish().Retrieve(had, 100));

        Assert.True(Array.IndexOf(kept, "s2") < Array.IndexOf(lost, "s2"), string.Join(' ', lost));
    }

    [Fact]
    public void WhatIsTakenNowComesFirstForWhoIsNew()
    {
        var recommender = World.NewRecommender();
        var random = new SeededRandom(3);
        for (var i = 0; i < 300; i++)
            recommender.Learn(UserContext.Empty, $"old{random.Next(3)}", 1, i);
        for (var i = 0; i < 40; i++)
            recommender.Learn(UserContext.Empty, "fashion", 1, 300 + i);

        var found = recommender.Publish().Retrieve(UserContext.Empty, 4);

        Assert.Equal("fashion", found[0]);
    }

    [Fact]
    public void NewcomersGetWhatNewcomersTake()
    {
        var recommender = World.NewRecommender();
        for (var user = 0; user < 60; user++)
            Walk(recommender, 1);

        var served = _world.Ask(recommender.Publish(), UserContext.Empty, 3);

        Assert.Equal("s0", served[0].Item);
    }

    /// <summary>Users take s0, s1, s2, ... in this order.</summary>
    private static void Walk(Recommender recommender, int users)
    {
        for (var user = 0; user < users; user++)
        {
            var interest = new UserInterest();
            for (var step = 0; step < Chain; step++)
            {
                recommender.Learn(interest.Current(), $"s{step}", 1, step);
                interest.Engage($"s{step}", 1, step, step);
            }
        }
    }

    private static UserContext Context(string[] items, long[] atMs) =>
        new(items, Array.ConvertAll(items, _ => 1f), atMs, items, []);
}
