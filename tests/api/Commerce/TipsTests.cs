using System.Text.Json;
using Engage.Api.Commerce.Plans;
using Engage.Contracts.Commerce;

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

    /// <summary>The id follows from the order, and that from the giver and her key: she can work it out.</summary>
    [Theory]
    [InlineData("say")]
    [InlineData("ask")]
    [InlineData("openPoll")]
    public async Task NothingIsSaidBeforehandUnderTheIdOfATip(string action)
    {
        using var user = await shop.NewUserAsync();
        var room = $"r-{Guid.NewGuid():n}";
        await shop.Service.CreateAsync(
            "rooms", new { id = room, community = "g-ai", creator = "k-lin", title = new { en = "Lecture" } });
        var key = shop.NewKey();
        var id = TipNotice.IdOf(OrderId.Of(new(user.User), key));
        object taken = action == "openPoll"
            ? new { @do = action, id, kind = "wordCloud", question = "Not a tip?" }
            : new { @do = action, id, text = "not a tip" };

        var (status, problem) = await user.Http.PostJsonAsync($"/v1/rooms/{room}/actions", taken);
        var tip = await ShopServer.PostAsync(
            user.Http, "/v1/tips",
            new
            {
                creator = "k-lin", amount = new { minorUnits = 1_000, currency = "CNY" }, room,
                pay = new { method = "card", token = "tok_ok" },
            },
            key);
        var (_, entries) = await user.Http.GetJsonAsync($"/v1/rooms/{room}/entries");

        Assert.Equal((400, 201), (status, tip.Status));
        Assert.Contains("version 8", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("🎁 10.00 CNY", Assert.Single(Said(entries)));
        Assert.Equal($"{id}", entries.GetProperty("entries").EnumerateArray().Last().Text("id"));
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
