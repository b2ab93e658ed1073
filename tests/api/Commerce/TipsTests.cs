using System.Text.Json;

namespace Engage.Api.Tests.Commerce;

public sealed class TipsTests(ShopServer shop) : IClassFixture<ShopServer>
{
    [Fact]
    public async Task TipInARoomIsSaidThereOnceAndReadByTheCreatorAlone()
    {
        using var user = await shop.NewUserAsync();
        using var owner = await shop.NewUserAsync();
        using var appointed = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{owner.User}", UriKind.Relative), null);
        var room = $"r-{Guid.NewGuid():n}";
        await shop.Service.CreateAsync(
            "rooms", new { id = room, community = "g-ai", creator = "k-lin", title = new { en = "Lecture" } });
        var tip = new
        {
            creator = "k-lin",
            amount = new { minorUnits = 1_000, currency = "CNY" },
            room,
            message = "讲得真好",
            pay = new { method = "card", token = "tok_ok" },
        };
        var key = shop.NewKey();

        var first = await ShopServer.PostAsync(user.Http, "/v1/tips", tip, key);
        var again = await ShopServer.PostAsync(user.Http, "/v1/tips", tip, key);
        var (_, entries) = await user.Http.GetJsonAsync($"/v1/rooms/{room}/entries");
        var (seen, tips) = await owner.Http.GetJsonAsync("/v1/creators/k-lin/tips");
        var (hidden, _) = await user.Http.GetJsonAsync("/v1/creators/k-lin/tips");

        Assert.Equal((201, 201, true), (first.Status, again.Status, again.Replayed));
        Assert.Equal("🎁 10.00 CNY · 讲得真好", Assert.Single(Said(entries)));
        Assert.Equal((200, 403), (seen, hidden));
        var read = tips.GetProperty("items").EnumerateArray()
            .Single(item => item.Text("order") == first.Body.Text("id"));
        Assert.Equal((user.User, room, "讲得真好"), (read.Text("from"), read.Text("room"), read.Text("message")));
    }

    [Fact]
    public async Task WhoCannotSpeakInTheRoomMayGiveAllTheSame()
    {
        using var user = await shop.NewUserAsync();
        var tip = new
        {
            creator = "k-lin",
            amount = new { minorUnits = 500, currency = "CNY" },
            room = "r-nowhere",
            message = "hello",
            pay = new { method = "card", token = "tok_ok" },
        };

        var (status, order, _) = await ShopServer.PostAsync(user.Http, "/v1/tips", tip, shop.NewKey());
        var (tooLong, _, _) = await ShopServer.PostAsync(
            user.Http, "/v1/tips",
            new { tip.creator, tip.amount, tip.pay, message = new string('a', 401) }, shop.NewKey());

        Assert.Equal((201, "paid", 400), (status, order.Text("state"), tooLong));
    }

    private static IEnumerable<string> Said(JsonElement page) => page.GetProperty("entries").EnumerateArray()
        .Where(entry => entry.TryGetProperty("text", out _)).Select(entry => entry.Text("text"));
}
