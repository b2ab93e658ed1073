using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>Items that nobody has touched are reachable by what is written about them and by who made them.</summary>
public sealed class ColdItemTests
{
    private static readonly ItemProfile[] Profiles =
    [
        Profile("money1", "王芳", "基金投资入门", "零基础学习指数基金与资产配置", "投资"),
        Profile("money2", "李雷", "指数基金定投实战", "用基金定投做好家庭资产配置", "投资"),
        Profile("cook1", "陈晨", "家常川菜二十道", "麻婆豆腐与回锅肉的做法", "美食"),
        Profile("code1", "Ann", "Rust for beginners", "Ownership, borrowing and lifetimes", "programming"),
        Profile("code2", "Bob", "Advanced Rust programming", "Lifetimes and async Rust in depth", "programming"),
        Profile("yoga1", "Eve", "Morning yoga", "Gentle stretching at home", "health"),
    ];

    private readonly World _world = new();

    [Theory]
    [InlineData("money1", "money2")]
    [InlineData("code1", "code2")]
    public void ChineseAndEnglishTextsFindTheirLike(string item, string like)
    {
        var similar = Described().Publish().Similar(item, 3, FeedRules.None);

        Assert.Equal(like, similar[0].Item);
        Assert.Equal(new(RecommendReasonKind.SimilarContent, item), similar[0].Reason);
    }

    [Theory]
    [InlineData("money1", "money2")]
    [InlineData("code1", "code2")]
    public void AnUntouchedItemIsServedToWhoTookItsLike(string taken, string like)
    {
        var recommender = Described();
        var user = new UserInterest();
        var before = user.Current();
        user.Engage(taken, 1, _world.NowMs, 0);
        recommender.Learn(before, taken, 1, _world.NowMs);

        var served = _world.Ask(recommender.Publish(), user.Current());

        Assert.Contains(served, ranked => ranked.Item == like);
    }

    [Fact]
    public void AnItemDescribedAnewIsNoLongerLikeWhatItWas()
    {
        var content = Indexed([["fund", "stock"], ["fund", "stock"], ["fund", "bond"], ["rice", "wok"]]);
        Assert.Contains(content.Live.Of(0).ToArray(), alike => alike.Item == 1);

        content.Describe(1, Hashed(["rice", "wok"]));

        Assert.DoesNotContain(content.Live.Of(0).ToArray(), alike => alike.Item == 1);
        Assert.DoesNotContain(content.Live.Of(2).ToArray(), alike => alike.Item == 1);
        Assert.Equal([3], content.Live.Of(1).ToArray().Select(alike => alike.Item));
        Assert.Equal([1], content.Live.Of(3).ToArray().Select(alike => alike.Item));
    }

    [Fact]
    public void ItemsDescribedAnewManyTimesAreLikeNobodyTheyShareNothingWith()
    {
        const int items = 120;
        var random = new SeededRandom(5);
        var content = Indexed([.. Enumerable.Range(0, items).Select(_ => Words(random))]);
        // Lists are full, and not mutual: many stand in lists of those that do not stand in theirs.
        for (var i = 0; i < 600; i++)
            content.Describe(random.Next(items), Hashed(i % 7 == 0 ? [] : Words(random)));
        content = Reloaded(content);
        for (var i = 0; i < 600; i++)
            content.Describe(random.Next(items), Hashed(i % 7 == 0 ? [] : Words(random)));

        for (var item = 0; item < items; item++)
            foreach (var alike in content.Live.Of(item))
                Assert.NotEmpty(content.FeaturesOf(item).Intersect(content.FeaturesOf(alike.Item)));
    }

    [Fact]
    public void ANewItemOfAFollowedCreatorIsServedForThatReason()
    {
        var recommender = Described();
        _world.Play(300, recommender);
        recommender.Upsert(Profile("news", "Ann", "Something entirely different", "", "misc"));
        var user = _world.User("u1");
        user.Follow("Ann");

        var served = _world.Ask(recommender.Publish(), user.Current(), RecommenderOptions.LimitMax);

        var news = Assert.Single(served, ranked => ranked.Item == "news");
        Assert.Contains(
            news.Reason.Kind,
            (RecommendReasonKind[])[RecommendReasonKind.FollowedCreator, RecommendReasonKind.New]);
        if (news.Reason.Kind == RecommendReasonKind.FollowedCreator)
            Assert.Equal("Ann", news.Reason.Related);
    }

    [Fact]
    public void AnUnknownItemIsRegisteredByItsFirstEngagement()
    {
        var recommender = World.NewRecommender();

        recommender.Learn(UserContext.Empty, "unheard", 1, _world.NowMs);

        Assert.Equal("unheard", Assert.Single(_world.Ask(recommender.Publish(), UserContext.Empty)).Item);
    }

    [Fact]
    public void UnknownIdsInAContextAreHarmless()
    {
        var recommender = Described();
        var user = new UserContext(["gone"], [1], [_world.NowMs], ["gone", "lost"], ["nobody"]);

        Assert.NotEmpty(_world.Ask(recommender.Publish(), user));
    }

    [Fact]
    public void ReasonsAreTrueOfTheItem()
    {
        var recommender = Described();
        _world.Play(600, recommender);
        var user = _world.User("u1").Current();

        foreach (var ranked in _world.Ask(recommender.Publish(), user, 60))
        {
            if (ranked.Reason.Kind is RecommendReasonKind.BecauseYouTook or RecommendReasonKind.SimilarContent)
                Assert.Contains(ranked.Reason.Related, user.RecentItems.ToArray());
            Assert.NotEqual(RecommendReasonKind.FollowedCreator, ranked.Reason.Kind);
        }
    }

    [Fact]
    public void TokensAreWordsStemsCharactersAndPairs()
    {
        Assert.Equal(["ai", "投", "投资", "资", "investing", "inves~"], TextFeatures.Tokens("AI投资 Investing!"));
    }

    [Theory]
    [InlineData("ＡＩ投资", "AI投资")]
    [InlineData("Cafe\u0301 culture", "Café culture")]
    [InlineData("ÉCOLE", "école")]
    [InlineData("２０２６年", "2026年")]
    public void OneTextWrittenInTwoWaysGivesTheSameTokens(string one, string other)
    {
        Assert.Equal(TextFeatures.Tokens(other), TextFeatures.Tokens(one));
    }

    private static string[] Words(SeededRandom random) =>
        [.. Enumerable.Range(0, 3).Select(_ => $"w{random.Next(12)}")];

    private static int[] Hashed(string[] words) => [.. words.Select(word => Bucket(word)).Distinct().Order()];

    private static int Bucket(string word) =>
        word.Aggregate(7, (hash, letter) => (hash * 31) + letter) & (TextFeatures.Buckets - 1);

    private static ContentIndex Indexed(string[][] texts)
    {
        var content = new ContentIndex();
        content.GrowTo(texts.Length);
        for (var item = 0; item < texts.Length; item++)
            content.Describe(item, Hashed(texts[item]));
        return content;
    }

    private static ContentIndex Reloaded(ContentIndex content)
    {
        var saving = ModelState.ToSave();
        content.Carry(saving);
        using var stream = new MemoryStream();
        saving.Write(stream);
        stream.Position = 0;
        var loaded = new ContentIndex();
        loaded.Carry(ModelState.ToLoad(stream));
        return loaded;
    }

    private static Recommender Described()
    {
        var recommender = World.NewRecommender();
        foreach (var profile in Profiles)
            recommender.Upsert(profile);
        return recommender;
    }

    private static ItemProfile Profile(string item, string creator, string title, string description, string tag) =>
        new(item, creator, "", title, description, [tag], 1_700_000_000_000);
}
