using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class RecommenderTests
{
    private readonly World _world = new();

    [Fact]
    public void SeenAndDismissedItemsAreNeverServed()
    {
        var recommender = World.NewRecommender();
        _world.Play(600, recommender);
        var user = _world.User("u1");
        var first = _world.Ask(recommender, "u1")[0].Item;

        user.Dismiss(first);
        var served = _world.Ask(recommender, "u1", 100);

        Assert.NotEmpty(served);
        Assert.DoesNotContain(served, ranked => ranked.Item == first || user.Had.ContainsKey(ranked.Item));
    }

    [Fact]
    public void NoItemIsServedTwiceAndScoresFall()
    {
        var recommender = World.NewRecommender();
        _world.Play(600, recommender);

        var served = _world.Ask(recommender, "u3", 50);

        Assert.Equal(served.Length, served.Select(ranked => ranked.Item).Distinct().Count());
        Assert.Equal(
            served.OrderByDescending(ranked => ranked.Score).Select(ranked => ranked.Item),
            served.Select(r => r.Item));
    }

    [Fact]
    public void AnswerIsAsLongAsAskedWhileTheCatalogueLasts()
    {
        var recommender = new Recommender(new RecommenderOptions { CandidatesPerSource = 2 }, 1);
        for (var i = 0; i < 150; i++) recommender.Upsert(new($"c{i}", "k", "g", "", "", [], 0));

        var served = _world.Ask(recommender.Publish(), UserContext.Empty, 100);

        Assert.Equal(100, served.Length);
    }

    [Fact]
    public void TasteIsLearned()
    {
        var recommender = World.NewRecommender();
        _world.Play(700, recommender);

        var served = _world.Ask(recommender, "u1");

        // u1 takes odd items only; half of all items are odd.
        Assert.True(served.Count(ranked => int.Parse(ranked.Item[1..]) % 2 == 1) >= 9, string.Join(' ', served));
    }

    [Fact]
    public void ColdUsersGetTrendsWithAnHonestReason()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);

        var served = _world.Ask(recommender.Publish(), UserContext.Empty);

        Assert.Equal(10, served.Length);
        Assert.All(served, ranked => Assert.Equal(RecommendReasonKind.Trending, ranked.Reason.Kind));
    }

    [Fact]
    public void AnEmptyModelAnswersWithNothing()
    {
        Assert.Empty(_world.Ask(World.NewRecommender(), "u1"));
        Assert.Empty(World.NewRecommender().Publish().Similar("nothing", 5, FeedRules.None));
    }

    [Fact]
    public void SameSeedAndSameEventsGiveTheSameAnswers()
    {
        var (a, b) = (World.NewRecommender(), World.NewRecommender());

        _world.Play(500, a, b);

        Assert.Equal(_world.Ask(a, "u2", 40), _world.Ask(b, "u2", 40));
    }

    [Fact]
    public void ASnapshotDoesNotChangeWhileTrainingGoesOn()
    {
        var recommender = World.NewRecommender();
        _world.Play(400, recommender);
        var snapshot = recommender.Publish();
        var user = _world.User("u5").Current();
        var nowMs = _world.NowMs;
        var results = new RankedItem[2][];
        snapshot.Recommend([new(user, 50, nowMs)], results.AsSpan(0, 1));

        _world.Play(400, recommender);
        recommender.Upsert(new("fresh", "c", "m", "title", "", [], nowMs));
        snapshot.Recommend([new(user, 50, nowMs)], results.AsSpan(1, 1));

        Assert.Equal(results[0], results[1]);
        Assert.True(recommender.Publish().Version > snapshot.Version);
    }

    [Fact]
    public void PublishingWithoutChangesGivesTheSameSnapshot()
    {
        var recommender = World.NewRecommender();
        _world.Play(10, recommender);

        Assert.Same(recommender.Publish(), recommender.Publish());
    }

    [Fact]
    public void ALoadedModelGoesOnExactlyAsTheSavedOne()
    {
        var original = World.NewRecommender();
        original.Upsert(new("i1", "maker", "home", "投资入门", "", ["投资"], _world.NowMs));
        _world.Play(500, original);
        using var stream = new MemoryStream();
        original.Save(stream);
        stream.Position = 0;

        var loaded = Recommender.Load(stream, new RecommenderOptions());
        original.Upsert(new("i3", "maker", "home", "投资进阶", "", ["投资"], _world.NowMs));
        loaded.Upsert(new("i3", "maker", "home", "投资进阶", "", ["投资"], _world.NowMs));
        _world.Play(300, original, loaded);

        using var first = new MemoryStream();
        using var second = new MemoryStream();
        original.Publish();
        loaded.Publish();
        original.Save(first);
        loaded.Save(second);
        Assert.Equal(_world.Ask(original, "u4", 60), _world.Ask(loaded, "u4", 60));
        Assert.Equal(original.Progress.HitRate10, loaded.Progress.HitRate10);
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void EventsAreCountedPastThirtyTwoBits()
    {
        var young = World.NewRecommender();
        _world.Play(300, young);
        var old = WithEvents(young, int.MaxValue);

        _world.Play(200, old);

        Assert.Equal(int.MaxValue + 200L, Tensors(old).Tensors["events"].To<long>()[0]);
        var served = _world.Ask(old, "u3", 20);
        Assert.Equal(20, served.Length);
        Assert.All(served, ranked => Assert.True(float.IsFinite(ranked.Score)));
        // A negative number would say that nobody ever took it.
        Assert.DoesNotContain(served, ranked => ranked.Reason.Kind == RecommendReasonKind.New);
        Assert.Equal(Soundness.Sound, old.Check(out _));
    }

    [Fact]
    public void ABatchAnswersEachQueryAsItWouldAlone()
    {
        var recommender = World.NewRecommender();
        _world.Play(500, recommender);
        var snapshot = recommender.Publish();
        var queries = Enumerable.Range(0, 33)
            .Select(n => new RecommendQuery(
                n == 0 ? UserContext.Empty : _world.User($"u{n}").Current(), 1 + n, _world.NowMs))
            .ToArray();
        var together = new RankedItem[queries.Length][];

        snapshot.Recommend(queries, together);

        for (var n = 0; n < queries.Length; n++)
        {
            var alone = _world.Ask(snapshot, queries[n].User, queries[n].Limit);
            Assert.Equal(alone.Select(ranked => ranked.Item), together[n].Select(ranked => ranked.Item));
            Assert.Equal(alone.Select(ranked => ranked.Reason), together[n].Select(ranked => ranked.Reason));
            for (var i = 0; i < alone.Length; i++)
                Assert.Equal(alone[i].Score, together[n][i].Score, 1e-3f);
        }
    }

    [Fact]
    public async Task SnapshotsAnswerFromManyThreadsWhileTheWriterLearns()
    {
        var recommender = World.NewRecommender();
        _world.Play(300, recommender);
        var snapshot = recommender.Publish();
        var user = _world.User("u6").Current();
        var nowMs = _world.NowMs;
        var expected = Answer();

        var readers = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => Enumerable.Range(0, 50).All(_ => Answer().SequenceEqual(expected)))));
        _world.Play(300, recommender);

        Assert.All(await readers, Assert.True);

        RankedItem[] Answer()
        {
            var results = new RankedItem[1][];
            snapshot.Recommend([new(user, 20, nowMs)], results);
            return results[0];
        }
    }

    [Fact]
    public void LimitsAreEnforced()
    {
        var snapshot = World.NewRecommender().Publish();

        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Ask(snapshot, UserContext.Empty, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Ask(snapshot, UserContext.Empty, 201));
    }

    [Fact]
    public void ProgressCountsWhatWasLearned()
    {
        var recommender = World.NewRecommender();
        _world.Play(500, recommender);

        var progress = recommender.Progress;

        Assert.InRange(progress.Examples, 1, 500);
        Assert.InRange(progress.HitRate10, 0.05, 1);
        Assert.InRange(progress.Loss, 0.01, 10);
    }

    /// <summary>The same model, as if it had learned from so many events.</summary>
    private static Recommender WithEvents(Recommender recommender, long events)
    {
        var (tensors, metadata) = Tensors(recommender);
        using var stream = new MemoryStream();
        TensorFile.Write(
            stream, new Dictionary<string, Tensor>(tensors) { ["events"] = Tensor.Of([events]) }, metadata);
        stream.Position = 0;
        return Recommender.Load(stream, new RecommenderOptions());
    }

    private static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Tensors(
        Recommender recommender)
    {
        using var stream = new MemoryStream();
        recommender.Save(stream);
        stream.Position = 0;
        return TensorFile.Read(stream);
    }
}
