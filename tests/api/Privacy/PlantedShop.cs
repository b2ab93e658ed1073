using System.Net.Http.Json;
using System.Text.Json;

namespace Engage.Api.Tests.Privacy;

/// <summary>Plants a value in everything that somebody can write where things are sold.</summary>
internal static class PlantedShop
{
    public static async Task BuyAsync(PrivateServer server, SignedInUser lin, PlantedValues planted)
    {
        await server.Service.CreateAsync("contents", new
        {
            id = "c-paid", contentKind = "course", creator = "k-lin", community = "g-ai", title = new { en = "Paid" },
            price = new { minorUnits = 10_000, currency = "CNY" },
        });
        await PostAsync(lin, "/v1/wallet/topups", new
        {
            amount = new { minorUnits = 100_000, currency = "CNY" },
            token = "tok_ok_" + planted.Plant("card token", "planted7431", isExported: false),
        });
        var order = await PostAsync(
            lin, "/v1/orders", new { offer = "content:c-paid", pay = new { method = "wallet" } },
            planted.Plant("idempotency key", "planted-key-7431", isExported: false));
        // Beyond what is given back at once, so that somebody has to read why.
        await PostAsync(lin, "/v1/events", new[]
        {
            new { eventId = Guid.NewGuid(), kind = "completed", content = "c-paid" },
        });
        await PostAsync(lin, $"/v1/orders/{order.Text("id")}/refunds", new
        {
            reason = planted.Plant("refund reason", "planted refund 7431"),
        });
        await PostAsync(lin, "/v1/orders", new
        {
            offer = "content:c-paid", pay = new { method = "wallet" },
            gift = new
            {
                to = planted.Plant("gift's receiver", "planted.gift.7431@example.org"),
                message = planted.Plant("gift's message", "植入的礼物寄语七四三一"),
            },
        });
        await PostAsync(lin, "/v1/tips", new
        {
            creator = "k-lin", amount = new { minorUnits = 100, currency = "CNY" }, pay = new { method = "wallet" },
            message = planted.Plant("tip's message", "植入的打赏留言七四三一"),
        });
        await QuoteAsync(server, lin, planted);
    }

    /// <summary>All the way to a dispute.</summary>
    private static async Task QuoteAsync(PrivateServer server, SignedInUser lin, PlantedValues planted)
    {
        using var creator = await server.NewUserAsync();
        using var granted = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{creator.User}", UriKind.Relative), null);
        granted.EnsureSuccessStatusCode();
        var quote = await PostAsync(lin, "/v1/quotes", new
        {
            creator = "k-ada", text = planted.Plant("quote's text", "植入的询价七四三一"),
        });
        var path = $"/v1/quotes/{quote.Text("id")}";
        await PostAsync(creator, $"{path}/offer", new
        {
            price = new { minorUnits = 5_000, currency = "CNY" }, text = "gladly", due = "2027-01-01T00:00:00.000Z",
        });
        await PostAsync(lin, $"{path}/accept", new { pay = new { method = "wallet" } });
        await PostAsync(creator, $"{path}/deliver", new { text = "here it is" });
        await PostAsync(lin, $"{path}/dispute", new { text = planted.Plant("dispute", "planted dispute 7431") });
    }

    private static async Task<JsonElement> PostAsync(
        SignedInUser user, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? $"{Guid.NewGuid()}");
        using var answer = await user.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
