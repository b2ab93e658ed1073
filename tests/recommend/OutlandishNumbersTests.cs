namespace Engage.Recommend.Tests;

/// <summary>Weights and propensities as a wrong or hostile client may say them.</summary>
public sealed class OutlandishNumbersTests
{
    private readonly World _world = new();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.5f)]
    [InlineData(1e30f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatNoEngagementWeighsIsRefusedBeforeAnythingIsLearned(float weight)
    {
        var recommender = World.NewRecommender();
        _world.Play(50, recommender);
        var before = World.Saved(recommender);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => recommender.Learn(_world.User("u3").Current(), "i1", weight, _world.NowMs, "u3"));
        Assert.Throws<ArgumentOutOfRangeException>(() => recommender.Observe("i1", weight, _world.NowMs, "u3"));

        Assert.Equal(before, World.Saved(recommender));
    }

    /// <summary>What an outcome counts is relative to the usual one, however little that was.</summary>
    [Fact]
    public void AStrongOutcomeAfterThousandsThatWeighedNothingIsOneStepLikeOthers()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        for (var i = 0; i < 9_000; i++)
        {
            recommender.Show(UserContext.Empty, new("u3", "i5", _world.NowMs + i, 0, 0.9f));
            recommender.Observe("i5", 1e-40f, _world.NowMs + i, "u3");
        }

        recommender.Observe("i5", 1, _world.NowMs + 9_000, "u3");

        Assert.Equal(9_000, recommender.Progress.Engagement.Joined);
        Assert.Equal(0, recommender.Progress.Skipped);
    }

    [Fact]
    public void APropensityThatIsNoNumberCountsAsNoneSaid()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        recommender.Show(UserContext.Empty, new("u3", "i5", _world.NowMs, 0, float.NaN));
        recommender.Show(UserContext.Empty, new("u3", "i6", _world.NowMs, 1, 0.9f));

        recommender.Observe("i5", 1, _world.NowMs + 1, "u3");
        recommender.Observe("i6", 1, _world.NowMs + 2, "u3");

        Assert.Equal(0, recommender.Progress.Skipped);
        Assert.Equal(1, recommender.Progress.Engagement.RankedRate);
    }
}
