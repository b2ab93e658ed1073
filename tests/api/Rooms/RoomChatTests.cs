using System.Text.Json;
using Engage.Contracts.Activity;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests.Rooms;

public sealed class RoomChatTests(RoomServer server) : IClassFixture<RoomServer>
{
    [Fact]
    public async Task WhatIsSaidIsSeenByAllInOneOrder()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? owner : guest).SayAsync($"句子 {i}")));
        await owner.UntilAsync(() => owner.Texts.Length == 40);
        await guest.UntilAsync(() => guest.Texts.Length == 40);

        Assert.Equal(owner.Texts, guest.Texts);
        Assert.Equal(40, guest.Texts.Distinct().Count());
        Assert.Empty(owner.Breaches);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task OnePersonsSentencesKeepTheirOrderThoughNoneWaitsForTheOther()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;

        var sentences = Enumerable.Range(0, 100).Select(i => $"{i}").ToArray();
        await Task.WhenAll(sentences.Select(text => owner.SayAsync(text)));
        await owner.UntilAsync(() => owner.Texts.Length == 100);

        Assert.Equal(sentences, owner.Texts);
    }

    [Fact]
    public async Task TheSameIdIsTakenOnce()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;
        var id = Guid.NewGuid();

        var first = await owner.SayAsync("once", id);
        var second = await owner.SayAsync("once", id);
        await owner.SayAsync("last");
        await owner.UntilAsync(() => owner.Texts.Contains("last"));

        Assert.Equal(first.GetProperty("seq").GetInt64(), second.GetProperty("seq").GetInt64());
        Assert.Equal(["once", "last"], owner.Texts);
    }

    [Fact]
    public async Task ActionOverHttpIsSeenInTheRoom()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;

        var (status, body) = await owner.Account.Http.PostJsonAsync(
            $"/v1/rooms/{room}/actions", new { @do = "say", id = Guid.NewGuid(), text = "over HTTP" });
        await owner.UntilAsync(() => owner.Texts.Contains("over HTTP"));

        Assert.Equal(200, status);
        Assert.True(body.GetProperty("seq").GetInt64() > 0);
    }

    [Fact]
    public async Task ReactionsOfACrowdAreCountedExactly()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        var crowd = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => server.NewPersonAsync(room)));
        foreach (var person in crowd) await person.JoinAsync();

        await Task.WhenAll(crowd.SelectMany(person => Enumerable.Range(1, 20).Select(
            count => person.CallAsync("React", room, count % 2 == 0 ? "👏" : "❤️", count))));
        await owner.SayAsync("after them all");
        await owner.UntilAsync(() => owner.Texts.Length == 1);

        Assert.Equal(6 * Enumerable.Range(1, 20).Where(count => count % 2 == 0).Sum(), Counted(owner.Entries, "👏"));
        Assert.Equal(6 * Enumerable.Range(1, 20).Where(count => count % 2 == 1).Sum(), Counted(owner.Entries, "❤️"));
        foreach (var person in crowd) await person.DisposeAsync();
    }

    [Fact]
    public async Task BadCallsAreAnsweredWithProblems()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;

        foreach (var (method, arguments, expected) in new (string, object?[], string)[]
        {
            ("JoinRoom", ["no such room", null], "invalid-request"),
            ("JoinRoom", ["r-none", null], "not-found"),
            ("JoinRoom", [room, new { limit = 1000 }], "invalid-request"),
            ("JoinRoom", [room, new { misspelt = 1 }], "invalid-request"),
            ("JoinRoom", [7, null], "invalid-request"),
            ("Act", [room, new { @do = "dance" }], "invalid-request"),
            ("Act", [room, new { text = "nothing to do" }], "invalid-request"),
            ("Act", [room, new { @do = "say", text = "no id" }], "invalid-request"),
            ("Act", [room, new { @do = "say", id = PlatformEventId.Of("a tip"), text = "x" }], "invalid-request"),
            ("Act", [room, "say"], "invalid-request"),
            ("Act", [room, null], "invalid-request"),
            ("Act", ["r-none", new { @do = "say", id = Guid.NewGuid(), text = "x" }], "not-found"),
            ("React", [room, "not an emoji", 1], "invalid-request"),
            ("React", [room, "👏", 21], "invalid-request"),
            ("React", ["r-none", "👏", 1], "not-joined"),
            ("ReadRoom", [room, new { after = 1, before = 2 }], "invalid-request"),
            ("ReadRoom", ["r-none", null], "not-found"),
        })
        {
            var problem = await RoomClient.RefusalAsync(() => owner.CallAsync(method, arguments));

            Assert.True(
                problem.Text("type").EndsWith("/" + expected, StringComparison.Ordinal), $"{method}: {problem}");
        }
        Assert.True((await owner.SayAsync("still here")).GetProperty("seq").GetInt64() > 0);
    }

    [Fact]
    public async Task PagesOfTheLogGoBackToItsBegin()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        for (var i = 0; i < 30; i++) await owner.SayAsync($"{i}");

        var found = new List<string>();
        long? before = null;
        for (var more = true; more;)
        {
            var page = await owner.CallAsync("ReadRoom", room, new { before, limit = 7 });
            found.InsertRange(0, page.GetProperty("entries").EnumerateArray()
                .Where(entry => entry.Text("kind") == "said").Select(entry => entry.Text("text")));
            before = page.GetProperty("through").GetInt64();
            more = page.GetProperty("more").GetBoolean();
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}"), found);
    }

    [Fact]
    public async Task RoomIsFoundOverHttpWithHowItStands()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;

        var (status, view) = await owner.Account.Http.GetJsonAsync($"/v1/rooms/{room}");
        var (_, list) = await owner.Account.Http.GetJsonAsync("/v1/rooms?community=g-ai&limit=200");

        Assert.Equal(200, status);
        Assert.Equal("live", view.Text("phase"));
        Assert.Equal("直播", view.GetProperty("title").Text("zh"));
        var listed = list.GetProperty("items").EnumerateArray().Single(item => item.Text("id") == room);
        Assert.Equal(("live", "free"), (listed.Text("phase"), listed.Text("access")));
        Assert.Equal(view.Text("startedAt"), listed.Text("startedAt"));
        Assert.Equal("直播", listed.GetProperty("title").Text("zh"));
    }

    [Fact]
    public async Task OnlyThoseWhoModerateMakeRooms()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;
        await using var guest = await server.NewPersonAsync("r-none");
        var definition = new
        {
            id = $"r-{Guid.NewGuid():n}", community = "g-ai", creator = "k-lin", title = new { en = "Mine" },
        };

        var (refused, _) = await guest.Account.Http.PostJsonAsync("/v1/rooms", definition);
        var (created, _) = await owner.Account.Http.PostJsonAsync("/v1/rooms", definition);
        var (again, _) = await owner.Account.Http.PostJsonAsync("/v1/rooms", definition);

        Assert.Equal([403, 201, 200], [refused, created, again]);
    }

    [Fact]
    public async Task RoomsOfUsersAreOfACreatorWhoPublishesInTheCommunity()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var _ = owner;

        var (status, problem) = await owner.Account.Http.PostJsonAsync("/v1/rooms", Definition("k-ada", null));
        var (service, _) = await server.Service.PostJsonAsync("/v1/rooms", Definition("k-ada", null));

        Assert.Equal((403, 201), (status, service));
        Assert.Contains("'k-ada'", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("'g-ai'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentOfARoomIsItsCreatorsAndItsCommunitys()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await server.Service.CreateAsync("communities", new { id = "g-other", name = new { en = "Other" } });

        // Even numbers are k-lin's.
        var (another, problem) = await owner.Account.Http.PostJsonAsync("/v1/rooms", Definition("k-lin", "c-1"));
        var (byService, _) = await server.Service.PostJsonAsync("/v1/rooms", Definition("k-lin", "c-1"));
        var (elsewhere, _) = await server.Service.PostJsonAsync(
            "/v1/rooms", Definition("k-lin", "c-2", community: "g-other"));
        var (own, _) = await owner.Account.Http.PostJsonAsync("/v1/rooms", Definition("k-lin", "c-2"));

        Assert.Equal([422, 422, 422, 201], [another, byService, elsewhere, own]);
        Assert.Contains("'c-1'", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("'k-ada'", problem.Text("detail"), StringComparison.Ordinal);
    }

    private static object Definition(string creator, string? content, string community = "g-ai") => new
    {
        id = $"r-{Guid.NewGuid():n}", community, creator, title = new { en = "Mine" }, content,
    };

    internal static long Counted(IEnumerable<JsonElement> entries, string emoji) => entries
        .Where(entry => entry.Text("kind") == "reacted")
        .Sum(entry => entry.GetProperty("counts").TryGetProperty(emoji, out var count) ? count.GetInt64() : 0);
}
