namespace Engage.Recommend.Tests;

public sealed class LossGuardTests
{
    private const int Users = 100;
    private const int Items = 2_000;
    private readonly World _world = new();

    /// <summary>Right after going back the first step must be small already: it is the one that exploded.</summary>
    [Fact]
    public void CalmCountsFromTheVeryNextStep()
    {
        var recommender = World.NewRecommender();
        _world.Play(400, recommender);
        var usual = recommender.Progress.Rate;

        recommender.Calm();

        Assert.Equal(0.25, recommender.Progress.Rate / usual, 5);
    }

    [Fact]
    public void OneLossThatIsNoNumberIsLeftOutAndSeveralInARowAreTheModelsFault()
    {
        var guard = new LossGuard(normMax: 5);
        for (var i = 0; i < 10; i++)
        {
            guard.Add(float.NaN, 4, 1);
            guard.Add(2, 4, float.PositiveInfinity);
            guard.Add(2, 4, 1);
        }

        var before = guard.NotNumbers;
        for (var i = 0; i < 4; i++)
            guard.Add(2, 4, float.NaN);

        Assert.Null(before);
        Assert.NotNull(guard.NotNumbers);
        Assert.Equal(24, guard.Skipped);
    }

    /// <summary>A model that was sure, and of which the stream turned away, is as bad as a guess or, being sure, worse,
    /// and so is its witness; what is served comes back by learning, not by going back.</summary>
    [Theory]
    [InlineData(0.1, 1e-4, 6.0, 1.0, 2.0, false)]
    [InlineData(0.1, 1e-4, 10.0, 4.5, 2.0, false)]
    [InlineData(0.1, 1e-4, 20.0, 1.0, 2.0, true)]
    [InlineData(0.1, 1e-4, 20.0, 1.0, 17.0, false)]
    [InlineData(0.1, 1e-4, 6.0, 50.0, 0.5, true)]
    [InlineData(0.1, 1e-4, 6.0, 50.0, 5.0, false)]
    [InlineData(3.0, 1.0, 8.0, 20.0, 2.0, false)]
    [InlineData(3.0, 1.0, 8.0, 100.0, 2.0, true)]
    public void OnlyWhatIsFarWorseThanAGuessAndThanItsWitnessIsAnExplosion(
        double usualLoss, double usualNorm, double loss, double norm, double witnessLoss, bool explodes)
    {
        var guard = new LossGuard(normMax: 5);
        for (var i = 0; i < 2_000; i++)
            guard.Add(usualLoss, Math.Log(100), usualNorm);
        for (var i = 0; i < 200; i++)
        {
            guard.Add(loss, Math.Log(100), norm);
            if (guard.Doubts)
                guard.Hear(loss - witnessLoss);
        }

        Assert.Equal(explodes, guard.Explosion is not null);
    }

    [Fact]
    public void AnExampleThatIsNoNumberDoesNotHideAnExplosion()
    {
        var guard = new LossGuard(normMax: 5);
        for (var i = 0; i < 2_000; i++)
            guard.Add(0.1, Math.Log(100), 1e-4);
        for (var i = 0; i < 200; i++)
        {
            var loss = i == 150 ? double.NaN : 20;
            guard.Add(loss, Math.Log(100), 1);
            if (guard.Doubts)
                guard.Hear(loss - 2);
        }

        Assert.NotNull(guard.Explosion);
    }

    /// <summary>Everybody takes the item that lies so far behind the last one, until everybody takes another.</summary>
    [Fact]
    public void AModelThatWasSureOfAStreamThatTurnsAwayLearnsOn()
    {
        var recommender = new Recommender(new(), 5);
        for (var item = 0; item < Items; item++)
            recommender.Upsert(new($"i{item}", "k", "g", $"Course {item}", "", [], 0));
        var users = Enumerable.Range(0, Users).Select(_ => new UserInterest()).ToArray();
        var explosions = new List<string>();

        for (var (round, at) = (0, 0); round < 60; round++, at += round < 50 ? 17 : 119)
            for (var user = 0; user < Users; user++)
            {
                var (before, item) = (users[user].Current(), $"i{((user * 31) + at) % Items}");
                var atMs = 1_000L * ((round * Users) + user);
                users[user].Engage(item, 1, atMs, round);
                recommender.Learn(before, item, 1, atMs);
                if (recommender.Check(out var reason) != Soundness.Sound)
                    explosions.Add($"{round}: {reason}");
            }

        Assert.Empty(explosions);
    }
}
