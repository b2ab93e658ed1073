using System.Text.Json;
using System.Threading.Channels;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class DashboardTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task OwnerAndServiceSeeTheDashboardAndNobodyElse()
    {
        using var owner = await server.NewUserAsync();
        using var other = await server.NewUserAsync();

        using var granted = await server.Service.PutAsync(Owner("k-lin", owner.User), null);
        var (status, dashboard) = await owner.Http.GetJsonAsync("/v1/creators/k-lin/dashboard");
        var (service, _) = await server.Service.GetJsonAsync("/v1/creators/k-lin/dashboard");
        var (refused, _) = await other.Http.GetJsonAsync("/v1/creators/k-lin/dashboard");
        using var revoked = await server.Service.DeleteAsync(Owner("k-lin", owner.User));
        var (afterwards, _) = await owner.Http.GetJsonAsync("/v1/creators/k-lin/dashboard");

        Assert.Equal((204, 204), ((int)granted.StatusCode, (int)revoked.StatusCode));
        Assert.Equal((200, 200, 403, 403), (status, service, refused, afterwards));
        Assert.Equal("k-lin", dashboard.Text("creator"));
        Assert.Equal(600, dashboard.GetProperty("curve").GetProperty("shown").GetArrayLength());
    }

    [Fact]
    public async Task OnlyAServiceMakesOwners()
    {
        using var user = await server.NewUserAsync();

        using var self = await user.Http.PutAsync(Owner("k-lin", user.User), null);
        using var nobody = await server.Service.PutAsync(Owner("k-nobody", user.User), null);

        Assert.Equal((403, 404), ((int)self.StatusCode, (int)nobody.StatusCode));
    }

    [Fact]
    public async Task EventsOfTheContentsArePushedToEveryBrowserOfTheOwner()
    {
        using var owner = await server.NewUserAsync();
        using var visitor = await server.NewUserAsync();
        using var granted = await server.Service.PutAsync(Owner("k-ada", owner.User), null);
        await using var phone = await HubClient.ConnectAsync(server.Address, owner.Token);
        await using var desktop = await HubClient.ConnectAsync(server.Address, owner.Token);
        var (onPhone, onDesktop) = (phone.Listen("dashboard"), desktop.Listen("dashboard"));
        var before = await phone.CallAsync("WatchDashboard", "k-ada");
        await desktop.CallAsync("WatchDashboard", "k-ada");

        await visitor.Http.PostJsonAsync("/v1/events", new[]
        {
            Event("impression", "c-1"), Event("clicked", "c-1"), Event("purchased", "c-1", value: 4_200),
        });
        var pushed = await PushAsync(onPhone, push => Number(push, "converted") > Number(before, "converted"));
        var same = await PushAsync(onDesktop, push => Number(push, "converted") == Number(pushed, "converted"));

        Assert.Equal(Number(before, "shown") + 1, Number(pushed, "shown"));
        Assert.Equal(new string('X', 3), pushed.GetProperty("sales")[0].Text("currency"));
        Assert.Equal(4_200, Number(pushed.GetProperty("sales")[0], "minorUnits"));
        Assert.Equal("c-1", pushed.GetProperty("contents")[0].Text("content"));
        Assert.Equal(Number(pushed, "clicked"), Number(same, "clicked"));
    }

    [Fact]
    public async Task RoomIsShownWithItsFiguresWhileSomethingGoesOn()
    {
        using var owner = await server.NewUserAsync();
        using var visitor = await server.NewUserAsync();
        using var granted = await server.Service.PutAsync(Owner("k-lin", owner.User), null);
        var room = $"r-{Guid.NewGuid():n}";
        await server.Service.CreateAsync(
            "rooms", new { id = room, community = "g-ai", creator = "k-lin", title = new { zh = "公开课" } });
        await using var watching = await HubClient.ConnectAsync(server.Address, owner.Token);
        await using var hub = await HubClient.ConnectAsync(server.Address, visitor.Token);
        var pushes = watching.Listen("dashboard");
        await watching.CallAsync("WatchDashboard", "k-lin");

        await hub.CallAsync("JoinRoom", room, new { });
        await hub.CallAsync("Act", room, new { @do = "say", id = Guid.NewGuid(), text = "大家好" });
        await hub.CallAsync("Act", room, new { @do = "ask", id = Guid.NewGuid(), text = "为什么？", anonymous = true });
        await hub.CallAsync("React", room, "👏", 7);
        var pushed = await PushAsync(pushes, push => Rooms(push, room).Any(
            shown => Number(shown, "present") == 1 && Number(shown.GetProperty("totals"), "reactions") == 7));

        var shown = Assert.Single(Rooms(pushed, room));
        var totals = shown.GetProperty("totals");
        Assert.Equal(("live", 1, 1), (shown.Text("phase"), Number(totals, "messages"), Number(totals, "questions")));
        Assert.Equal("测试", Assert.Single(shown.GetProperty("active").EnumerateArray()).Text("name"));
        var question = Assert.Single(shown.GetProperty("questions").EnumerateArray());
        Assert.Equal("为什么？", question.Text("text"));
        Assert.False(question.TryGetProperty("by", out _));
        var (_, whole) = await owner.Http.GetJsonAsync("/v1/creators/k-lin/dashboard");
        Assert.Equal(
            1, Assert.Single(Rooms(whole, room)).GetProperty("curve").GetProperty("messages").EnumerateArray()
                .Sum(second => second.GetInt32()));
    }

    [Fact]
    public async Task DashboardOfAnotherIsRefusedOnTheHub()
    {
        using var user = await server.NewUserAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, user.Token);

        var refused = await Assert.ThrowsAsync<HubException>(() => hub.CallAsync("WatchDashboard", "k-lin"));

        Assert.Contains("/forbidden", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Rooms(JsonElement dashboard, string room) =>
        dashboard.GetProperty("rooms").EnumerateArray().Where(shown => shown.Text("room") == room);

    private static Uri Owner(string creator, string user) =>
        new($"/v1/creators/{creator}/owners/{user}", UriKind.Relative);

    private static long Number(JsonElement json, string property) => json.GetProperty(property).GetInt64();

    private static async Task<JsonElement> PushAsync(
        ChannelReader<JsonElement> pushes, Func<JsonElement, bool> wanted)
    {
        while (true)
        {
            var push = await pushes.ReadAsync();
            if (wanted(push)) return push;
        }
    }
}
