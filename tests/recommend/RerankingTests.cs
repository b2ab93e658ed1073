using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class RerankingTests
{
    private const long Now = 1_700_000_000_000;
    private const long Day = 86_400_000;

    private static readonly RerankOptions Off = RerankOptions.Off;

    [Fact]
    public void ASecondItemOfACreatorMakesRoomForAnother()
    {
        var shelf = new Shelf(Off with { CreatorRepeat = 0.4f });
        shelf.Add("a", 3, creator: "c1");
        shelf.Add("b", 2.9f, creator: "c1");
        shelf.Add("c", 2.8f, creator: "c2");

        Assert.Equal(["a None", "c Variety"], shelf.Rank(2));
        Assert.Equal(["a None", "c None", "b None"], shelf.Rank(3));
    }

    [Fact]
    public void TopicsInCommonWithAnItemAboveCostByTheirShare()
    {
        var shelf = new Shelf(Off with { TopicRepeat = 1 });
        shelf.Add("a", 3, tags: ["go", "chess"]);
        shelf.Add("same", 2.9f, tags: ["chess", "go"]);
        shelf.Add("half", 2.5f, tags: ["go"]);
        shelf.Add("none", 2.1f, tags: ["piano"]);

        // 2.9 - 1, 2.5 - 1/2 and 2.1 as it is.
        Assert.Equal(["a None", "none None", "half None", "same None"], shelf.Rank(4));
    }

    [Fact]
    public void AFreshItemGainsWhatHalvesWithItsAge()
    {
        var options = Off with { Freshness = 1, FreshnessHalfLife = TimeSpan.FromDays(1) };
        var shelf = new Shelf(options);
        shelf.Add("old", 2, publishedAtMs: Now - (400 * Day));
        shelf.Add("yesterday", 1.6f, publishedAtMs: Now - Day);
        shelf.Add("now", 1.2f, publishedAtMs: Now);
        shelf.Add("unknown", 1.9f);

        Assert.Equal(["now Fresh", "yesterday Fresh"], shelf.Rank(2));
        Assert.Equal(["old None", "unknown None"], new Shelf(shelf, Off).Rank(2));
    }

    [Fact]
    public void WhatWasShownInVainRestsForAWhile()
    {
        var shelf = new Shelf(Off with { Fatigue = 0.25f, FatigueHalfLife = TimeSpan.FromDays(1) });
        shelf.Add("shown", 2);
        shelf.Add("other", 1.5f);

        var today = shelf.Rank(1, Shown("shown", 4, Now));
        var later = shelf.Rank(1, Shown("shown", 4, Now - (9 * Day)));

        Assert.Equal(["other Rest"], today);
        Assert.Equal(["shown None"], later);
    }

    /// <summary>So tired of it that it is not even looked at any more: what took its place says so all the
    /// same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void WhatRestsExplainsWhatTookItsPlaceHoweverFarItFell(int poolPerPlace)
    {
        var shelf = new Shelf(Off with { Fatigue = 1, PoolPerPlace = poolPerPlace });
        shelf.Add("shown", 3);
        for (var i = 0; i < 20; i++)
            shelf.Add($"other{i}", 2.9f - (i / 100f));

        Assert.Equal(["other0 Rest"], shelf.Rank(1, Shown("shown", 8, Now)));
    }

    [Fact]
    public void WhatWasLiftedOrPassedByLikingAloneIsNoVariety()
    {
        var (options, outlook) = (Off with { Satisfaction = 1, RatingsMin = 1 }, new Outlook(new(), 3));
        for (var i = 0; i < 600; i++)
            outlook.Rate($"u{i % 30}", i % 2 == 0 ? "good" : "bad", i % 2 == 0 ? 5 : 1);
        // She is expected to like one of them two to four stars more than the other: half of that above their mean.
        var passed = new Shelf(options, outlook.Freeze());
        passed.Add("bad", 2.3f);
        passed.Add("good", 0);
        var lifted = new Shelf(options with { Freshness = 2.6f }, outlook.Freeze());
        lifted.Add("bad", 3);
        lifted.Add("good", 0, publishedAtMs: Now);

        Assert.Equal(["good Liked"], passed.Rank(1));
        Assert.Equal(["good Fresh"], lifted.Rank(1));
    }

    [Fact]
    public void FatigueHasALimit()
    {
        var shelf = new Shelf(Off with { Fatigue = 0.25f, FatigueShownMax = 4 });
        shelf.Add("shown", 3);
        shelf.Add("other", 1.9f);

        Assert.Equal(["shown None"], shelf.Rank(1, Shown("shown", 1_000_000, Now)));
    }

    [Fact]
    public void WhatTheRulesForbidIsNeverShownHoweverShortTheAnswer()
    {
        var shelf = new Shelf(new());
        shelf.Add("abroad", 9, regions: ["US", "CA"]);
        shelf.Add("here", 1, regions: ["HK", "CN"]);
        shelf.Add("dear", 9, price: 10_000, currency: "CNY");
        shelf.Add("cheap", 1.1f, price: 900, currency: "CNY");
        shelf.Add("otherMoney", 9, price: 1, currency: "USD");
        shelf.Add("tomorrow", 9, publishedAtMs: Now + Day);
        shelf.Add("free", 1.2f);
        var rules = new FeedRules("CN", 1000, "CNY", Now);

        Assert.Equal(["free None", "cheap None", "here None"], shelf.Rank(10, rules: rules));
        Assert.Equal(7, shelf.Rank(10).Count);
    }

    [Fact]
    public void WhatTheUserIsExpectedToRateHighRises()
    {
        var recommender = new Recommender(new() { Rerank = Off with { Satisfaction = 1, RatingsMin = 400 } }, 5);
        foreach (var item in (string[])["good", "bad"])
            recommender.Upsert(new(item, "", "", "", "", [], 0));
        for (var i = 0; i < 600; i++)
        {
            var (item, stars) = i % 2 == 0 ? ("good", 5f) : ("bad", 1f);
            recommender.Act($"u{i % 30}", [], UserAction.Of(1, item, null, stars, Now + i), item);
        }

        var asked = new RankedItem[1][];
        recommender.Publish().Recommend([new(UserContext.Empty, 2, Now) { UserId = "u3" }], asked);
        var gap = asked[0].Single(r => r.Item == "good").Score - asked[0].Single(r => r.Item == "bad").Score;
        recommender.Publish().Recommend([new(UserContext.Empty, 2, Now)], asked);
        var plain = asked[0].Single(r => r.Item == "good").Score - asked[0].Single(r => r.Item == "bad").Score;

        Assert.InRange(gap - plain, 2, 4.5);
    }

    [Fact]
    public void HerLikingCountsMoreForWhoIsAboutToLeave()
    {
        var rerank = Off with { Satisfaction = 1, RatingsMin = 400, Retention = 1, ReturnsMin = 1_000 };
        var recommender = new Recommender(new() { Rerank = rerank }, 5);
        foreach (var item in (string[])["good", "bad"])
            recommender.Upsert(new(item, "", "", "", "", [], 0));
        var world = new OutlookWorld(7);
        world.Play(6_000);
        var histories = world.Log.Select(entry => entry.User).Distinct()
            .ToDictionary(user => user, _ => new List<UserAction>());
        foreach (var (user, action) in world.Log)
        {
            recommender.Act(user, [.. histories[user].TakeLast(UserAction.HistoryMax)], action, null);
            histories[user].Add(action);
        }

        var lastMs = world.NowMs;
        for (var i = 0; i < 600; i++)
            recommender.Act(
                $"r{i % 30}", [], UserAction.Of(1, i % 2 == 0 ? "good" : "bad", null, i % 2 == 0 ? 5 : 1, lastMs + i),
                i % 2 == 0 ? "good" : "bad");

        var stays = Gap(recommender, Acted(OutlookWorld.Viewed, OutlookWorld.Liked, OutlookWorld.Commented));
        var leaves = Gap(recommender, Acted(OutlookWorld.Viewed, OutlookWorld.Liked, OutlookWorld.Dismissed));
        var nobodyKnows = Gap(recommender, null);

        Assert.True(leaves > stays + 0.5f, $"{leaves} {stays}");
        Assert.InRange(stays, nobodyKnows, leaves);

        UserAction[] Acted(params int[] kinds) =>
            [.. kinds.Select((kind, i) => UserAction.Of(kind, $"i{i}", null, null, lastMs - 10_000 + (i * 1_000)))];

        static float Gap(Recommender recommender, UserAction[]? actions)
        {
            var query = new RecommendQuery(UserContext.Empty, 2, Now) { UserId = "r3", Actions = actions };
            var asked = new RankedItem[1][];
            recommender.Publish().Recommend([query], asked);
            return asked[0].Single(r => r.Item == "good").Score - asked[0].Single(r => r.Item == "bad").Score;
        }
    }

    /// <summary>One of three items has a broken forecast; the other two keep theirs.</summary>
    [Fact]
    public void AForecastThatIsNoNumberLeavesTheOthersAlone()
    {
        var recommender = new Recommender(new() { Rerank = Off with { Satisfaction = 1, RatingsMin = 400 } }, 5);
        string[] items = ["broken", "good", "bad"];
        foreach (var item in items)
            recommender.Upsert(new(item, "", "", "", "", [], 0));
        for (var i = 0; i < 600; i++)
            recommender.Act(
                $"u{i % 31}", [], UserAction.Of(1, items[i % 3], null, i % 3 == 2 ? 1 : 5, Now + i), items[i % 3]);
        object biases = recommender;
        foreach (var field in (string[])["_outlook", "_satisfaction", "_biases"])
            biases = Field(biases, field);
        ((PagedTable<RatingSum>)Field(biases, "_itemSums")).Writable(0)[0].Excess = float.NaN;

        var asked = new RankedItem[1][];
        recommender.Publish().Recommend([new(UserContext.Empty, 3, Now) { UserId = "u3" }], asked);

        Assert.All(asked[0], ranked => Assert.True(float.IsFinite(ranked.Score), $"{ranked}"));
        var gap = asked[0].Single(r => r.Item == "good").Score - asked[0].Single(r => r.Item == "bad").Score;
        Assert.InRange(gap, 2, 5);

        static object Field(object of, string name) => of.GetType()
            .GetField(name, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
            .GetValue(of)!;
    }

    [Fact]
    public void SwitchedOffTheRankersOrderStays()
    {
        var random = new Random(11);
        var shelf = new Shelf(Off);
        var scores = Enumerable.Range(0, 300).Select(_ => random.Next(100) / 10f).ToArray();
        for (var i = 0; i < scores.Length; i++)
            shelf.Add($"i{i:D3}", scores[i], creator: $"c{i % 3}", tags: [$"t{i % 5}"], publishedAtMs: Now - (i * Day));

        var expected = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(50)
            .Select(i => $"i{i:D3} None");
        Assert.Equal(expected, shelf.Rank(50));
    }

    [Fact]
    public void AskedAsRankedNothingIsAddedWhateverTheOptionsSay()
    {
        var recommender = new Recommender(new() { Rerank = Off with { Freshness = 100 } }, 5);
        recommender.Upsert(new("now", "", "", "", "", [], Now));
        var (query, results) = (new RecommendQuery(UserContext.Empty, 1, Now), new RankedItem[2][]);

        recommender.Publish().Recommend([query, query with { AsRanked = true }], results);

        Assert.Equal(100, Assert.Single(results[0]).Score - Assert.Single(results[1]).Score, 3);
    }

    [Fact]
    public void TermsAreSavedWithTheModel()
    {
        var recommender = new Recommender(new(), 3);
        recommender.Upsert(new("here", "c", "", "", "", ["x"], 5) { Regions = ["CN"] });
        recommender.Upsert(
            new("abroad", "c", "", "", "", [], 5) { Regions = ["US"], PriceMinor = 5, Currency = "USD" });
        using var stream = new MemoryStream();
        recommender.Save(stream);
        stream.Position = 0;

        var loaded = Recommender.Load(stream, new());

        Assert.Equal(["here"], Ask(recommender));
        Assert.Equal(["here"], Ask(loaded));
    }

    private static string[] Ask(Recommender recommender)
    {
        var results = new RankedItem[1][];
        var query = new RecommendQuery(UserContext.Empty, 10, Now) { Rules = new("CN") };
        recommender.Publish().Recommend([query], results);
        return [.. results[0].Select(ranked => ranked.Item)];
    }

    private static UserContext Shown(string item, int times, long atMs) =>
        UserContext.Empty with { ShownItems = [item], ShownTimes = [times], ShownAtMs = [atMs] };

    /// <summary>Items with the scores that a ranker would have given.</summary>
    private sealed class Shelf(RerankOptions options, OutlookView? outlook = null)
    {
        private readonly Catalogue _catalogue = new();
        private readonly TermsTable _terms = new();
        private readonly List<int> _items = [];
        private readonly List<float> _scores = [];
        private readonly Reranker _reranker = new();

        public Shelf(Shelf other, RerankOptions options) : this(options) =>
            (_catalogue, _terms, _items, _scores) = (other._catalogue, other._terms, other._items, other._scores);

        public void Add(
            string item, float score, string creator = "", string[]? tags = null, long publishedAtMs = 0,
            string[]? regions = null, long? price = null, string? currency = null)
        {
            var profile = new ItemProfile(item, creator, "", "", "", tags ?? [], publishedAtMs)
            {
                Regions = regions ?? [], PriceMinor = price, Currency = currency,
            };
            var index = _catalogue.Describe(profile);
            _terms.GrowTo(_catalogue.Count);
            _terms.Describe(index, profile);
            _items.Add(index);
            _scores.Add(score);
        }

        public List<string> Rank(int limit, UserContext? user = null, FeedRules? rules = null)
        {
            var view = new ModelView(
                new() { Rerank = options }, _catalogue.Live, Trends: default, Stages: default, Ties: default,
                Content: default, _terms.Live, Towers: default, Attention: default, Ranker: default, Events: 0,
                Outlook: outlook);
            var query = new RecommendQuery(user ?? UserContext.Empty, limit, Now)
            {
                UserId = outlook is null ? null : "u3", Rules = rules ?? FeedRules.None,
            };
            var placed = _reranker.Rank(view, query, _items.ToArray(), _scores.ToArray());
            return [.. placed.ToArray().Select(place => $"{_catalogue.Live.Id(_items[place.Index])} {place.Effect}")];
        }
    }
}
