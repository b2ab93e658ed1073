using System.Text.Json;
using Engage.LoadGen.Realtime;

namespace Engage.Api.Tests;

public sealed class InboxTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task MentionsAreListedPushedAndRead()
    {
        using var user = await server.NewUserAsync();
        using var speaker = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);
        var pushes = hub.Listen("mention");
        var room = await NewRoomAsync();

        await SayAsync(user, room, "我在", []);
        await hub.CallAsync("WatchInbox");
        await MentionAsync(speaker, room, user, "看这里 1");
        var pushed = await pushes.ReadAsync();
        await MentionAsync(speaker, room, user, "看这里 2");
        await pushes.ReadAsync();
        var again = await hub.CallAsync("WatchInbox");
        var (_, listed) = await user.Http.GetJsonAsync("/v1/inbox");
        await hub.CallAsync("ReadInbox");
        var (_, read) = await user.Http.GetJsonAsync("/v1/inbox");

        Assert.Equal((room, "看这里 1"), (pushed.Text("room"), pushed.Text("text")));
        var by = pushed.GetProperty("by");
        Assert.Equal((speaker.User, "测试"), (by.Text("user"), by.Text("name")));
        Assert.Equal(["看这里 2", "看这里 1"], Texts(listed));
        Assert.Equal(Texts(listed), Texts(again));
        Assert.Empty(Texts(read));
    }

    [Fact]
    public async Task InboxOfAServiceDoesNotExist()
    {
        var (status, _) = await server.Service.GetJsonAsync("/v1/inbox");

        Assert.Equal(403, status);
    }

    private async Task<string> NewRoomAsync()
    {
        var id = $"r-{Guid.NewGuid():n}";
        await server.Service.CreateAsync(
            "rooms", new { id, community = "g-ai", creator = "k-lin", title = new { en = "Inbox" } });
        return id;
    }

    private static Task MentionAsync(SignedInUser speaker, string room, SignedInUser user, string text) =>
        SayAsync(speaker, room, text, [user.User]);

    private static async Task SayAsync(SignedInUser speaker, string room, string text, string[] mentions)
    {
        var (status, answer) = await speaker.Http.PostJsonAsync(
            $"/v1/rooms/{room}/actions",
            new { @do = "say", id = Guid.NewGuid(), text, mentions });
        Assert.True(status == 200, $"{answer}");
    }

    private static string[] Texts(JsonElement inbox) =>
        [.. inbox.GetProperty("mentions").EnumerateArray().Select(mention => mention.Text("text"))];
}
