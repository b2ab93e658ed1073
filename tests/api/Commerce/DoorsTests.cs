using System.Text.Json;
using System.Threading.Channels;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Tests.Commerce;

public sealed class DoorsTests(ShopServer shop) : IClassFixture<ShopServer>
{
    [Fact]
    public async Task RoomOpensWithThePurchaseAndClosesWithTheRefund()
    {
        using var user = await shop.NewUserAsync();
        var (room, offer) = await NewPaidRoomAsync();
        await using var hub = await HubClient.ConnectAsync(shop.Address, user.Token);
        var (entitlements, closed) = (hub.Listen("entitlements"), hub.Listen("roomClosed"));
        await hub.CallAsync("WatchEntitlements");

        var refused = await Assert.ThrowsAsync<HubException>(() => hub.CallAsync("JoinRoom", room, new { }));
        var (act, actAnswer) = await user.Http.PostJsonAsync(
            $"/v1/rooms/{room}/actions", new { @do = "say", id = Guid.NewGuid(), text = "hello" });
        var (_, order, _) = await shop.OrderAsync(user, ShopServer.Body(offer));
        var opened = await NextAsync(entitlements);
        var joined = await hub.CallAsync("JoinRoom", room, new { });
        await shop.Service.PostJsonAsync($"/v1/orders/{order.Text("id")}/refunds", new { });
        var shut = await NextAsync(entitlements);
        var sentAway = await NextAsync(closed);
        var again = await Assert.ThrowsAsync<HubException>(() => hub.CallAsync("JoinRoom", room, new { }));

        Assert.Contains("payment-required", refused.Message, StringComparison.Ordinal);
        Assert.Contains(offer, refused.Message, StringComparison.Ordinal);
        Assert.Equal(402, act);
        Assert.Equal(offer, Assert.Single(actAnswer.GetProperty("offers").EnumerateArray()).GetString());
        Assert.Equal([$"room:{room}"], Scopes(opened, "opened"));
        Assert.Equal(room, joined.GetProperty("room").Text("id"));
        Assert.Equal([$"room:{room}"], Scopes(shut, "closed"));
        Assert.Equal((room, "payment"), (sentAway.Text("room"), sentAway.Text("reason")));
        Assert.Contains("payment-required", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreatorsSubscriptionOpensWhatIsHersAndOwnersNeedNone()
    {
        using var user = await shop.NewUserAsync();
        using var owner = await shop.NewUserAsync();
        using var appointed = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{owner.User}", UriKind.Relative), null);
        var id = $"f-{Guid.NewGuid():n}";
        await shop.Service.CreateAsync("offers", new
        {
            id,
            kind = "oneOff",
            seller = new { creator = "k-lin", community = "g-ai" },
            title = new { en = "Everything of hers for a month" },
            grants = new[] { new { scope = "creator:k-lin", days = 30 } },
            price = new { minorUnits = 500, currency = "CNY" },
        });

        var (_, before) = await user.Http.GetJsonAsync("/v1/entitlements?resource=content:c-paid");
        await shop.OrderAsync(user, ShopServer.Body(id));
        var (_, after) = await user.Http.GetJsonAsync("/v1/entitlements?resource=content:c-paid");
        var (_, free) = await user.Http.GetJsonAsync("/v1/entitlements?resource=content:c-1");
        var (_, owners) = await owner.Http.GetJsonAsync("/v1/entitlements?resource=content:c-paid");

        Assert.Equal("locked", before.Text("access"));
        Assert.Equal("content:c-paid", before.GetProperty("offers")[0].GetString());
        Assert.Equal(("granted", "creator:k-lin"), (after.Text("access"), after.Text("by")));
        Assert.True(after.TryGetProperty("until", out _));
        Assert.Equal(("free", "granted"), (free.Text("access"), owners.Text("access")));
    }

    [Fact]
    public async Task NobodySellsWhatIsNotHers()
    {
        using var user = await shop.NewUserAsync();
        using var owner = await shop.NewUserAsync();
        using var appointed = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative), null);
        var offer = new
        {
            id = $"f-{Guid.NewGuid():n}",
            kind = "oneOff",
            seller = new { creator = "k-ada" },
            title = new { en = "Somebody else's course" },
            grants = new[] { new { scope = "content:c-paid" } },
            price = new { minorUnits = 1, currency = "CNY" },
        };

        var (stranger, _) = await user.Http.PostJsonAsync("/v1/offers", offer);
        var (mismatch, answer) = await owner.Http.PostJsonAsync("/v1/offers", offer);

        Assert.Equal((403, 422), (stranger, mismatch));
        Assert.EndsWith("mismatch", answer.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SellersGiveUpNothingThatIsThePlatformsOrTheCommunitys()
    {
        using var owner = await shop.NewUserAsync();
        using var appointed = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative), null);

        var (nothing, _) = await owner.Http.PostJsonAsync("/v1/offers", Offer(0, 500));
        var (less, _) = await owner.Http.PostJsonAsync("/v1/offers", Offer(1_000, 0));
        var (usual, _) = await owner.Http.PostJsonAsync("/v1/offers", Offer(1_000, 500));
        var (platform, _) = await shop.Service.PostJsonAsync("/v1/offers", Offer(0, 0));

        Assert.Equal((403, 403, 201, 201), (nothing, less, usual, platform));

        static object Offer(int platform, int community) => new
        {
            id = $"f-{Guid.NewGuid():n}",
            kind = "oneOff",
            seller = new { creator = "k-ada" },
            title = new { en = "A course" },
            price = new { minorUnits = 100, currency = "CNY" },
            shares = new { platform, community, affiliate = 2_000 },
        };
    }

    private async Task<(string Room, string Offer)> NewPaidRoomAsync()
    {
        var (room, offer) = ($"r-{Guid.NewGuid():n}", $"f-{Guid.NewGuid():n}");
        await shop.Service.CreateAsync(
            "rooms", new { id = room, community = "g-ai", creator = "k-lin", title = new { en = "Paid room" } });
        await shop.Service.CreateAsync("offers", new
        {
            id = offer,
            kind = "oneOff",
            seller = new { creator = "k-lin", community = "g-ai" },
            title = new { en = "A seat" },
            grants = new[] { new { scope = $"room:{room}" } },
            price = new { minorUnits = 1_000, currency = "CNY" },
        });
        return (room, offer);
    }

    private static ValueTask<JsonElement> NextAsync(ChannelReader<JsonElement> pushes) => pushes.ReadAsync();

    private static string[] Scopes(JsonElement push, string member) =>
        [.. push.GetProperty(member).EnumerateArray().Select(scope => scope.GetString()!)];
}
