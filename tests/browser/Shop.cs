using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>Something to buy, and people who buy it as anybody would: by what they see.</summary>
internal sealed class Shop(RoomHall hall)
{
    /// <summary>Takes everything off, so that buying needs neither a wallet nor a card.</summary>
    public const string Coupon = "ALL-OFF";
    private const int Price = 9900;
    private static int _contents;

    /// <summary>A content that is locked until it is bought.</summary>
    public async Task<string> StockAsync()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"c-paid-{Interlocked.Increment(ref _contents)}");
        await hall.AsServiceAsync(HttpMethod.Post, "/v1/contents", new
        {
            id,
            contentKind = "course",
            creator = RoomHall.Creator,
            community = RoomHall.Community,
            title = new { zh = $"收费课 {id}", en = $"Paid course {id}" },
            price = new { minorUnits = Price, currency = "CNY" },
        });
        await hall.AsServiceAsync(
            HttpMethod.Post, "/v1/coupons",
            new { code = Coupon, creator = RoomHall.Creator, percent = 100, perUser = 100 });
        return id;
    }

    public static async Task OpenCheckoutAsync(RoomGuest guest, string content)
    {
        await guest.GoAsync($"#/contents/{content}");
        await guest.Page.GetByTestId("to-offer").First.ClickAsync();
        await guest.Page.GetByTestId("coupon").FillAsync(Coupon);
        await guest.Page.GetByTestId("apply-coupon").ClickAsync();
        await Assertions.Expect(guest.Page.GetByTestId("total")).ToHaveAttributeAsync("data-minor-units", "0");
    }

    public static async Task BuyAsync(RoomGuest guest, string content)
    {
        await OpenCheckoutAsync(guest, content);
        await guest.Page.GetByTestId("pay").ClickAsync();
        await Assertions.Expect(Outcome(guest)).ToHaveAttributeAsync("data-state", "bought");
    }

    public static ILocator Outcome(RoomGuest guest) => guest.Page.GetByTestId("checkout-outcome");

    /// <summary>How many orders she has, by what the server says.</summary>
    public static async Task<int> OrdersAsync(RoomGuest guest)
    {
        var token = await guest.TokenAsync();
        var answer = await guest.Page.APIRequest.GetAsync(
            "/v1/orders", new() { Headers = [new("authorization", $"Bearer {token}")] });
        var body = JsonSerializer.Deserialize<JsonElement>(await answer.TextAsync());
        return body.GetProperty("items").GetArrayLength();
    }
}
