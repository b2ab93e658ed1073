using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Engage.Contracts.Activity;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class EventsTests(RunningServer server) : IClassFixture<RunningServer>
{
    /// <summary>The fields of a good event, to which each mistake is added.</summary>
    private const string Viewed = """
        "eventId":"0199b5f0-7c1e-7000-8000-3d2f6c1a9b10","kind":"viewed","content":"c-1"
        """;

    [Fact]
    public async Task GoodEventsOfABatchAreTakenAndBadOnesExplained()
    {
        using var user = await server.NewUserAsync();

        var (status, body) = await user.Http.PostJsonAsync("/v1/events", new[]
        {
            Event("viewed", "c-1"),
            Event("praised", "c-1"),
            Event("viewed", "c-unknown"),
            Event("progressed", "c-1"),
            Event("rated", "c-2", value: 4),
        });

        Assert.Equal(200, status);
        Assert.Equal(2, body.GetProperty("accepted").GetInt32());
        Assert.Equal(3, body.GetProperty("rejected").GetInt32());
        var results = body.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(
            ["accepted", "rejected", "rejected", "rejected", "accepted"],
            results.Select(result => result.Text("status")));
        Assert.Contains("'praised' is not one of", results[1].Text("error"), StringComparison.Ordinal);
        Assert.Contains("'c-unknown' is not in the catalogue", results[2].Text("error"), StringComparison.Ordinal);
        Assert.Contains("share done, 0 to 1", results[3].Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetriedEventIdIsTakenOnce()
    {
        using var user = await server.NewUserAsync();
        var id = Guid.NewGuid();

        var (_, first) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("liked", "c-3", id) });
        var (_, second) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("liked", "c-3", id) });

        Assert.Equal(1, first.GetProperty("accepted").GetInt32());
        Assert.Equal(1, second.GetProperty("duplicates").GetInt32());
        Assert.Equal(first.Text("position"), second.Text("position"));
        await user.Http.GetJsonAsync($"/v1/recommendations?after={first.Text("position")}");
        var (_, activity) = await user.Http.GetJsonAsync("/v1/activity/me");
        Assert.Equal(1, activity.GetProperty("counters").GetProperty("liked").GetInt64());
    }

    /// <summary>Otherwise the buyer of an order could take the place of its sale, whose id she can work out.</summary>
    [Fact]
    public async Task IdsOfThePlatformsOwnEventsAreNobodyElses()
    {
        using var user = await server.NewUserAsync();
        var id = PlatformEventId.Of("order:o-1:1");

        var (status, body) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("viewed", "c-1", id) });
        var (byService, _) = await server.Service.PostJsonAsync(
            "/v1/events", new[] { new { eventId = id, user = user.User, kind = "viewed", content = "c-1" } });

        Assert.Equal((422, 422), (status, byService));
        Assert.Equal("rejected", body.GetProperty("results")[0].Text("status"));
        Assert.Contains("version 8", body.GetProperty("results")[0].Text("error"), StringComparison.Ordinal);
    }

    /// <summary>Version 8 of RFC 9562. The bytes are stored: made in another way, what was told before a restart would
    /// count twice.</summary>
    [Fact]
    public void IdsOfThePlatformsOwnEventsStayAsTheyAre() => Assert.Equal(
        new("656e6765-6427-88a6-af84-52476b316006"), PlatformEventId.Of("order:o-1:1"));

    /// <summary>Many clients make ids of random bits, and one in sixteen of those says that it is of version
    /// 8.</summary>
    [Fact]
    public async Task IdsOfAnyOtherKindAreTaken()
    {
        using var user = await server.NewUserAsync();
        var random = Guid.Parse("6d3017a4-6427-88a6-af84-52476b316006");

        var (status, _) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("viewed", "c-1", random) });

        Assert.Equal(200, status);
    }

    [Fact]
    public async Task LinesAreTakenAsWellAsArrays()
    {
        using var user = await server.NewUserAsync();
        var lines = string.Join(
            '\n', Enumerable.Range(1, 3).Select(i => JsonSerializer.Serialize(Event("viewed", $"c-{i}"))));

        using var answer = await user.Http.PostAsync(
            new Uri("/v1/events", UriKind.Relative),
            new StringContent(lines + "\nnot json\n", Encoding.UTF8, "application/x-ndjson"));

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(3, body.GetProperty("accepted").GetInt32());
        Assert.Equal(1, body.GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task WhollyRejectedBatchIsAProblemThatSaysWhichAndWhy()
    {
        using var user = await server.NewUserAsync();

        var (status, body) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("viewed", "c-unknown") });

        Assert.Equal(422, status);
        Assert.EndsWith("/events-rejected", body.Text("type"), StringComparison.Ordinal);
        Assert.Single(body.GetProperty("results").EnumerateArray());
    }

    [Theory]
    [InlineData("""[{"eventId":"x","kind":"viewed","content":"c-1"}]""", "eventId")]
    [InlineData($$"""[{{{Viewed}},"vlaue":1}]""", "vlaue")]
    [InlineData($$"""[{{{Viewed}},"user":"u-someone"}]""", "is not you")]
    [InlineData($$"""[{{{Viewed}},"occurredAt":"2999-01-01T00:00:00Z"}]""", "ahead of the server")]
    [InlineData($$"""[{{{Viewed}},"creator":"k-lin"}]""", "does not own")]
    [InlineData($$"""[{{{Viewed}},"value":"1"}]""", "value")]
    [InlineData($$"""[{{{Viewed}},"occurredAt":"11/22/2026"}]""", "ISO 8601")]
    [InlineData($$"""[{{{Viewed}},"Session":"s"}]""", "Session")]
    [InlineData("""[7]""", "expected an object")]
    public async Task EachMistakeIsNamed(string json, string expected)
    {
        using var user = await server.NewUserAsync();

        using var answer = await user.Http.PostAsync(
            new Uri("/v1/events", UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(expected, body.GetProperty("results")[0].Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreadableEventIsAnsweredWithTheIdItsClientKnowsItBy()
    {
        using var user = await server.NewUserAsync();
        const string id = "0199B5F0-7C1E-7000-8000-3D2F6C1A9B10";

        var (_, body) = await user.Http.PostJsonAsync("/v1/events", new object[]
        {
            new { eventId = id, kind = "viewed", content = "c-1", unknown = 1 },
            new { eventId = id, kind = "viewed", content = "c-1" },
        });

        Assert.Equal([id, id], body.GetProperty("results").EnumerateArray().Select(result => result.Text("eventId")));
    }

    [Theory]
    [InlineData("{", "application/json", 400, "invalid-request")]
    [InlineData("[]", "application/json", 400, "invalid-request")]
    [InlineData("\"text\"", "application/json", 400, "invalid-request")]
    [InlineData("[]", "text/plain", 415, "unsupported-media-type")]
    public async Task UnreadableBodiesAreProblems(string text, string mediaType, int status, string name)
    {
        using var user = await server.NewUserAsync();

        using var answer = await user.Http.PostAsync(
            new Uri("/v1/events", UriKind.Relative), new StringContent(text, Encoding.UTF8, mediaType));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.EndsWith($"/{name}", body.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceActsForAnyUserAndMustNameOne()
    {
        var named = new { eventId = Guid.NewGuid(), user = "u-7", kind = "viewed", content = "c-1" };

        var (status, _) = await server.Service.PostJsonAsync("/v1/events", new[] { named });
        var (unnamed, problem) = await server.Service.PostJsonAsync("/v1/events", new[] { Event("viewed", "c-1") });

        Assert.Equal(200, status);
        Assert.Equal(422, unnamed);
        Assert.Contains("names the user", problem.GetProperty("results")[0].Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryActorCountsTheEvent()
    {
        using var user = await server.NewUserAsync();
        await server.Service.CreateAsync("contents", RunningServer.NewContent("c-counted", "k-ada"));
        var before = await CreatorViewsAsync();

        var (_, ack) = await user.Http.PostJsonAsync(
            "/v1/events", new[] { Event("viewed", "c-counted"), Event("shared", "c-counted") });
        await server.DrainedAsync();

        Assert.Equal(2, ack.GetProperty("accepted").GetInt32());
        var (_, content) = await server.Service.GetJsonAsync("/v1/contents/c-counted");
        Assert.Equal(1, content.GetProperty("counters").GetProperty("viewed").GetInt64());
        Assert.Equal(1, content.GetProperty("counters").GetProperty("shared").GetInt64());
        Assert.True(await CreatorViewsAsync() > before);
    }

    private async Task<long> CreatorViewsAsync()
    {
        var (_, creator) = await server.Service.GetJsonAsync("/v1/creators/k-ada");
        return creator.GetProperty("counters").TryGetProperty("viewed", out var views) ? views.GetInt64() : 0;
    }
}
