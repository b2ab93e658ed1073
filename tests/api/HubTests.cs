using System.Net.WebSockets;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class HubTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task EventOverTheHubChangesThePushedRecommendations()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);
        var before = await hub.CallAsync("WatchTopRecommendations", 5);
        var first = before.GetProperty("items")[0].Text("content");

        var ack = await hub.CallAsync("Track", (object)new[] { Event("completed", first) });
        var pushed = await hub.PushAfterAsync(ack.Text("position"));

        Assert.Equal("accepted", ack.GetProperty("results")[0].Text("status"));
        Assert.Equal(5, before.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain(first, pushed.GetProperty("items").EnumerateArray().Select(item => item.Text("content")));
    }

    [Fact]
    public async Task EventOverHttpIsPushedToo()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);
        await hub.CallAsync("WatchRecommendations");

        var (_, ack) = await user.Http.PostJsonAsync("/v1/events", new[] { Event("dismissed", "c-4") });
        var pushed = await hub.PushAfterAsync(ack.Text("position"));

        Assert.DoesNotContain("c-4", pushed.GetProperty("items").EnumerateArray().Select(item => item.Text("content")));
    }

    [Fact]
    public async Task EachConnectionGetsAsManyItemsAsItAskedFor()
    {
        using var user = await server.NewUserAsync();
        await using var phone = await HubClient.ConnectAsync(server.Address, user.Token);
        await using var desktop = await HubClient.ConnectAsync(server.Address, user.Token);
        await phone.CallAsync("WatchTopRecommendations", 3);
        await desktop.CallAsync("WatchTopRecommendations", 8);

        var ack = await phone.CallAsync("Track", (object)new[] { Event("viewed", "c-2") });
        var position = ack.Text("position");

        Assert.Equal(3, (await phone.PushAfterAsync(position)).GetProperty("items").GetArrayLength());
        Assert.Equal(8, (await desktop.PushAfterAsync(position)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task UserOfTheTokenIsTheOnlyOneTracked()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);

        var ack = await hub.CallAsync("Track", (object)new[]
        {
            new { eventId = Guid.NewGuid(), user = "u-someone-else", kind = "viewed", content = "c-1" },
        });

        Assert.Contains("is not you", ack.GetProperty("results")[0].Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadCallIsAnsweredWithAProblem()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);

        var refused = await Assert.ThrowsAsync<HubException>(
            () => hub.CallAsync("WatchTopRecommendations", 1000));

        Assert.Contains("invalid-request", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallsBeyondTheLimitAreAnsweredBusyAndTheConnectionStays()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);

        var refused = await Assert.ThrowsAsync<HubException>(async () =>
        {
            while (true) await hub.CallAsync("StopRecommendations");
        });

        Assert.Contains("/busy", refused.Message, StringComparison.Ordinal);
        Assert.Contains("retryAfter", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HubNeedsATokenAndItsOwnOrigin()
    {
        using var user = await server.NewUserAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(server.Address, "not-a-token"));

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var address = new UriBuilder(server.Address)
        {
            Scheme = "ws",
            Path = "/hub",
            Query = $"access_token={user.Token}",
        }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
    }
}
