using System.Text.Json;
using Engage.Contracts.Rooms;
using Engage.LoadGen.Realtime;

namespace Engage.Api.Tests;

public sealed class InboxTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task MentionsAreListedPushedAndRead()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);
        var pushes = hub.Listen("mention");
        await MentionAsync(user, 1);

        var watched = await hub.CallAsync("WatchInbox");
        await MentionAsync(user, 2);
        var pushed = await pushes.ReadAsync();
        var (_, listed) = await user.Http.GetJsonAsync("/v1/inbox");
        await hub.CallAsync("ReadInbox");
        var (_, read) = await user.Http.GetJsonAsync("/v1/inbox");

        Assert.Equal([1], Seqs(watched));
        Assert.Equal((2, "r-1", "看这里 2"), (
            pushed.GetProperty("seq").GetInt32(), pushed.Text("room"), pushed.Text("text")));
        Assert.Equal("林", pushed.GetProperty("by").Text("name"));
        Assert.Equal([2, 1], Seqs(listed));
        Assert.Empty(Seqs(read));
    }

    [Fact]
    public async Task InboxOfAServiceDoesNotExist()
    {
        var (status, _) = await server.Service.GetJsonAsync("/v1/inbox");

        Assert.Equal(403, status);
    }

    private Task MentionAsync(SignedInUser user, long seq) => server.Grains.GetGrain<IInboxGrain>(user.User).AddAsync(
        new(new("r-1"), seq, new(new("u-lin"), "林"), $"看这里 {seq}", DateTimeOffset.UnixEpoch.AddSeconds(seq)));

    private static int[] Seqs(JsonElement inbox) =>
        [.. inbox.GetProperty("mentions").EnumerateArray().Select(mention => mention.GetProperty("seq").GetInt32())];
}
