using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>What the rules forbid takes nobody's place: answers fill up with what is allowed.</summary>
public sealed class RulesTests
{
    private const int Allowed = 12;

    private readonly World _world = new();
    private readonly Recommender _recommender = World.NewRecommender();

    public RulesTests()
    {
        // Only the last dozen of many is offered here, cheap and out.
        for (var i = 0; i < 600; i++)
            _recommender.Upsert(i >= 600 - Allowed ? Here(i) : Elsewhere(i));
        _world.Play(800, _recommender);
    }

    [Theory]
    [InlineData("CN", null)]
    [InlineData(null, 1000L)]
    public void ASelectiveRuleStillGetsAFullAnswer(string? region, long? priceMax)
    {
        var rules = new FeedRules(region, priceMax, priceMax is null ? null : "CNY", _world.NowMs);

        var answer = Ask(_recommender.Publish(), UserContext.Empty, rules, World.Items + Allowed);
        var answerOfTen = Ask(_recommender.Publish(), UserContext.Empty, rules, 10);

        Assert.Equal(10, answerOfTen.Length);
        Assert.Equal(Allowed, answer.Count(ranked => ranked.Item.StartsWith("here", StringComparison.Ordinal)));
        Assert.DoesNotContain(answer, ranked => ranked.Item.StartsWith("else", StringComparison.Ordinal));
    }

    [Fact]
    public void ScheduledItemsDoNotShortenAnAnswer()
    {
        var recommender = World.NewRecommender();
        for (var i = 0; i < 500; i++)
            recommender.Upsert(Profile($"later{i}", _world.NowMs + 1 + i));
        for (var i = 0; i < 20; i++)
            recommender.Upsert(Profile($"out{i}", _world.NowMs));

        var answer = Ask(recommender.Publish(), UserContext.Empty, new(AvailableAtMs: _world.NowMs), 20);

        Assert.Equal(20, answer.Length);
        Assert.DoesNotContain(answer, ranked => ranked.Item.StartsWith("later", StringComparison.Ordinal));
    }

    [Fact]
    public void SimilarItemsFollowTheRules()
    {
        var snapshot = _recommender.Publish();

        var here = snapshot.Similar("here599", 50, new("CN", 1000, "CNY", _world.NowMs));

        Assert.Contains(snapshot.Similar("here599", 50, FeedRules.None), Elsewhere);
        Assert.DoesNotContain(here, Elsewhere);

        static bool Elsewhere(RankedItem ranked) => ranked.Item.StartsWith("else", StringComparison.Ordinal);
    }

    [Fact]
    public void RulesAllocateNothingInSteadyState()
    {
        using var scratch = new BatchScratch(ManagedBackend.Instance);
        var rules = new FeedRules("CN", 1000, "CNY", _world.NowMs);
        var query = new RecommendQuery(_world.User("u1").Current(), 10, _world.NowMs) { Rules = rules };
        var (results, counts, snapshot) = (new RankedItem[10], new int[1], _recommender.Publish());
        snapshot.Recommend([query], results, counts, scratch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            snapshot.Recommend([query], results, counts, scratch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10, counts[0]);
    }

    private static RankedItem[] Ask(RecommenderSnapshot snapshot, UserContext user, FeedRules rules, int limit)
    {
        var results = new RankedItem[1][];
        snapshot.Recommend([new(user, limit, rules.AvailableAtMs!.Value) { Rules = rules }], results);
        return results[0];
    }

    private ItemProfile Here(int i) => Profile($"here{i}", _world.NowMs - 1_000_000) with
    {
        Regions = ["CN"], PriceMinor = 900, Currency = "CNY",
    };

    private ItemProfile Elsewhere(int i) => Profile($"else{i}", _world.NowMs - i) with
    {
        Regions = ["US"], PriceMinor = 90_000, Currency = "CNY",
    };

    private static ItemProfile Profile(string item, long publishedAtMs) =>
        new(item, "c", "", "calligraphy", "", ["ink"], publishedAtMs);
}
