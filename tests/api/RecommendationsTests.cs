using System.Text.Json;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class RecommendationsTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ColdUserGetsAFullFeedWithReasons()
    {
        using var user = await server.NewUserAsync();

        var (status, feed) = await user.Http.GetJsonAsync("/v1/recommendations?limit=10");

        Assert.Equal(200, status);
        Assert.Equal(10, feed.GetProperty("items").GetArrayLength());
        Assert.All(feed.GetProperty("items").EnumerateArray(), item =>
        {
            Assert.NotEmpty(item.GetProperty("reason").Text("kind"));
            Assert.True(item.GetProperty("title").TryGetProperty("zh", out _));
        });
    }

    [Fact]
    public async Task AfterAnAcknowledgementTheEventIsTakenIntoAccount()
    {
        using var user = await server.NewUserAsync();

        for (var i = 1; i <= 12; i++)
        {
            var (_, ack) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("completed", $"c-{i}") });
            var (_, feed) = await user.Http.GetJsonAsync($"/v1/recommendations?limit=20&after={ack.Text("position")}");

            Assert.False(feed.GetProperty("stale").GetBoolean());
            Assert.DoesNotContain($"c-{i}", Contents(feed));
        }
    }

    [Fact]
    public async Task NothingHadOrDismissedComesBack()
    {
        using var user = await server.NewUserAsync();
        var kinds = new[]
        {
            "viewed", "liked", "commented", "shared", "enrolled", "purchased", "completed", "joined", "dismissed",
        };

        var (_, ack) = await user.Http.PostJsonAsync(
            "/v1/events", kinds.Select((kind, i) => Event(kind, $"c-{i + 1}")));
        var (_, feed) = await user.Http.GetJsonAsync($"/v1/recommendations?limit=50&after={ack.Text("position")}");

        Assert.Equal(kinds.Length, ack.GetProperty("accepted").GetInt32());
        Assert.DoesNotContain(Contents(feed), content => int.Parse(content.AsSpan(2)) <= kinds.Length);
    }

    [Fact]
    public async Task FollowedCreatorIsAReason()
    {
        using var user = await server.NewUserAsync();

        var (_, ack) = await user.Http.PostJsonAsync("/v1/events", new[]
        {
            new { eventId = Guid.NewGuid(), kind = "followed", creator = "k-lin" },
        });
        var (_, feed) = await user.Http.GetJsonAsync($"/v1/recommendations?limit=20&after={ack.Text("position")}");

        var reasons = feed.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("reason")).ToArray();
        Assert.Contains(
            reasons,
            reason => reason.Text("kind") == "followedCreator" && reason.Text("related") == "k-lin");
    }

    [Fact]
    public async Task TheOutlookOfAUserIsForHerselfAndForServices()
    {
        using var user = await server.NewUserAsync();
        await user.Http.PostJsonAsync("/v1/events", new[] { Event("viewed", "c-1"), Event("completed", "c-1") });

        var (own, outlook) = await user.Http.GetJsonAsync("/v1/outlook");
        var (asService, same) = await server.Service.GetJsonAsync($"/v1/outlook?user={user.User}");
        var (ofOther, _) = await user.Http.GetJsonAsync("/v1/outlook?user=u-somebody-else");

        Assert.Equal((200, 200, 403), (own, asService, ofOther));
        Assert.InRange(outlook.GetProperty("churn").GetDouble(), 0, 1);
        Assert.InRange(same.GetProperty("churn").GetDouble(), 0, 1);
        var actions = outlook.GetProperty("nextActions").EnumerateArray().ToArray();
        Assert.DoesNotContain(actions, action => action.Text("kind") == "impression");
        Assert.Equal(
            actions.Select(action => action.GetProperty("probability").GetDouble()).OrderDescending(),
            actions.Select(action => action.GetProperty("probability").GetDouble()));
    }

    [Fact]
    public async Task WhatIsNotOfferedHereOrYetOrCostsTooMuchIsLeftOut()
    {
        using var user = await server.NewUserAsync();
        await OfferAsync("c-901", regions: ["US"]);
        await OfferAsync("c-902", price: new { minorUnits = 500_000, currency = "CNY" });
        await OfferAsync("c-903", publishedAt: "2099-01-01T00:00:00.000Z");
        await OfferAsync("c-904", regions: ["HK", "CN"], price: new { minorUnits = 900, currency = "CNY" });

        var (_, all) = await user.Http.GetJsonAsync("/v1/recommendations?limit=100");
        var (_, here) = await user.Http.GetJsonAsync(
            "/v1/recommendations?limit=100&region=CN&priceMax=1000&currency=CNY");

        string[] offered = ["c-901", "c-902", "c-903", "c-904"];
        Assert.Equal(["c-901", "c-902", "c-904"], Contents(all).Intersect(offered).Order());
        Assert.Equal(["c-904"], Contents(here).Intersect(offered));
    }

    [Theory]
    [InlineData("region=China", "region: 'China'")]
    [InlineData("priceMax=5", "priceMax: an amount needs its currency")]
    [InlineData("priceMax=-1&currency=CNY", "priceMax: -1")]
    [InlineData("priceMax=5&currency=yuan", "currency 'yuan'")]
    public async Task AFilterThatMakesNoSenseIsRefused(string query, string reason)
    {
        using var user = await server.NewUserAsync();

        var (status, problem) = await user.Http.GetJsonAsync($"/v1/recommendations?{query}");

        Assert.Equal(400, status);
        Assert.Contains(reason, problem.Text("detail"), StringComparison.Ordinal);
    }

    private Task OfferAsync(
        string id, string[]? regions = null, object? price = null, string publishedAt = "2026-01-01T00:00:00.000Z",
        string[]? tags = null) =>
        server.Service.CreateAsync("contents", new
        {
            id, contentKind = "course", creator = "k-lin", community = "g-ai", title = new { zh = $"课程 {id}" },
            publishedAt, regions, price, tags = tags ?? [],
        });

    [Fact]
    public async Task WhatIsNotOutYetIsNotAmongSimilarContents()
    {
        using var user = await server.NewUserAsync();
        await OfferAsync("c-911", tags: ["calligraphy"]);
        await OfferAsync("c-912", tags: ["calligraphy"], publishedAt: "2099-01-01T00:00:00.000Z");
        await OfferAsync("c-913", tags: ["calligraphy"]);

        var (_, similar) = await user.Http.GetJsonAsync("/v1/contents/c-911/similar?limit=50");

        Assert.Contains("c-913", Contents(similar));
        Assert.DoesNotContain("c-912", Contents(similar));
    }

    [Fact]
    public async Task SimilarContentsLeaveOutTheContentItself()
    {
        using var user = await server.NewUserAsync();

        var (status, similar) = await user.Http.GetJsonAsync("/v1/contents/c-1/similar?limit=5");

        Assert.Equal(200, status);
        Assert.Equal(5, similar.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain("c-1", Contents(similar));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=many")]
    [InlineData("after=nowhere")]
    public async Task BadQuestionsAreProblems(string query)
    {
        using var user = await server.NewUserAsync();

        var (status, body) = await user.Http.GetJsonAsync($"/v1/recommendations?{query}");

        Assert.Equal(400, status);
        Assert.EndsWith("/invalid-request", body.Text("type"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Contents(JsonElement feed) =>
        feed.GetProperty("items").EnumerateArray().Select(item => item.Text("content"));
}
