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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ScheduledItemsDoNotCrowdOutTheNewest(bool saved)
    {
        // Long before the rest and untouched: only as the newest or by its creator can it be found.
        var (recommender, now) = (World.NewRecommender(), _world.NowMs);
        _world.Play(2_000, recommender);
        recommender.Upsert(new("news", "k", "", "", "", [], now));
        for (var i = 0; i < 200; i++)
            recommender.Upsert(new($"later{i}", "k", "", "", "", [], now + 1_000 + i));
        if (saved)
            recommender = Reloaded(recommender);
        var follower = UserContext.Empty with { FollowedCreators = ["k"] };

        Assert.True(Nominated(recommender, UserContext.Empty, now).HasFlag(Sources.Newest));
        Assert.True(Nominated(recommender, follower, now).HasFlag(Sources.Followed));
        Assert.Equal(Sources.None, Nominated(recommender, follower, now - 1));
    }

    [Fact]
    public void AnItemBroughtForwardIsListedOnceAtItsNewDate()
    {
        var catalogue = new Catalogue();
        catalogue.Describe(new("a", "k", "", "", "", [], 300));
        catalogue.Describe(new("b", "k", "", "", "", [], 200));
        catalogue.Describe(new("a", "m", "", "", "", [], 100));

        var view = catalogue.Freeze();

        Assert.Equal(["b", "a"], Ids(view, view.Newest));
        Assert.Equal(["b"], Ids(view, view.NewestOf(view.FindCreator("k"))));
        Assert.Equal(["a"], Ids(view, view.NewestOf(view.FindCreator("m"))));
        Assert.Equal((0, 0, 1, 1, 2), (At(200), At(999), At(199), At(100), At(99)));

        int At(long nowMs) => view.Newest.PlaceAt(nowMs);
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

    private static IEnumerable<string> Ids(CatalogueView view, NewestItems items) =>
        Enumerable.Range(0, items.Count).Select(place => view.Id(items[place]));

    /// <summary>Which sources find the item "news" for a user.</summary>
    private static Sources Nominated(Recommender recommender, UserContext user, long availableAtMs)
    {
        var (view, asked, scratch) = (recommender.Publish().View, new PreparedQuery(), new Scratch());
        asked.Prepare(view, user, new(AvailableAtMs: availableAtMs));
        CandidateSource.Find(view, asked, scratch);
        var item = view.Catalogue.Find("news");
        return scratch.IsChosen(item) ? scratch.Nominated[item] : Sources.None;
    }

    private static Recommender Reloaded(Recommender recommender)
    {
        using var stream = new MemoryStream();
        recommender.Save(stream);
        stream.Position = 0;
        return Recommender.Load(stream, new());
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
