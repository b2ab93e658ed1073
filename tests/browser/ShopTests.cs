using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>What is locked opens the moment it is bought, and is never bought twice.</summary>
[Collection(nameof(LivePage))]
public sealed class ShopTests : VisitTests, IDisposable
{
    private readonly RoomHall _hall;
    private readonly Shop _shop;

    public ShopTests(LivePage live)
        : base(live)
    {
        _hall = new(live);
        _shop = new(_hall);
    }

    [BrowserFact]
    public async Task BuyingOpensTheDoorThatSomebodyWaitsAt()
    {
        var content = await _shop.StockAsync();
        var yu = await _hall.GuestAsync();
        var waiting = await yu.Page.Context.NewPageAsync();
        await waiting.GotoAsync($"/#/contents/{content}");
        await Assertions.Expect(waiting.GetByTestId("door")).ToBeVisibleAsync();
        await waiting.EvaluateAsync("window.neverReloaded = true");

        await Shop.BuyAsync(yu, content);

        await Assertions.Expect(waiting.GetByTestId("door-opened")).ToBeVisibleAsync();
        await Assertions.Expect(waiting.GetByTestId("door")).ToHaveCountAsync(0);
        await Assertions.Expect(waiting.GetByTestId("act-enrolled")).ToBeVisibleAsync();
        Assert.True(await waiting.EvaluateAsync<bool>("window.neverReloaded === true"));
    }

    [BrowserFact]
    public async Task AnswerThatIsLostAndAReloadBuyOnce()
    {
        var content = await _shop.StockAsync();
        var yu = await _hall.GuestAsync();
        await Shop.OpenCheckoutAsync(yu, content);
        // The order arrives; its answer does not.
        await yu.Page.RouteAsync("**/v1/orders", async route =>
        {
            if (route.Request.Method == "POST") await route.FetchAsync();
            await route.AbortAsync();
        });

        await yu.Page.GetByTestId("pay").ClickAsync();
        await Assertions.Expect(Shop.Outcome(yu)).ToHaveAttributeAsync("data-state", "unknown");
        await yu.Page.UnrouteAllAsync();
        await yu.Page.ReloadAsync();

        await Assertions.Expect(Shop.Outcome(yu)).ToHaveAttributeAsync("data-state", "bought");
        Assert.Equal(1, await Shop.OrdersAsync(yu));
    }

    [BrowserFact]
    public async Task WhatWasBoughtIsInLibraryOrdersAndInvoices()
    {
        var content = await _shop.StockAsync();
        var yu = await _hall.GuestAsync();
        await Shop.BuyAsync(yu, content);

        await yu.GoAsync("#/library");
        await Assertions.Expect(yu.Page.Locator($"[data-testid=library-item][data-scope='content:{content}']"))
            .ToBeVisibleAsync();
        await yu.GoAsync("#/orders");
        var order = yu.Page.Locator("[data-testid=order][data-state=paid]");
        await order.GetByRole(AriaRole.Link).ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("order-detail")).ToContainTextAsync(content);
    }

    [BrowserFact]
    public async Task WalletThatIsTooSmallSaysSo()
    {
        var content = await _shop.StockAsync();
        var yu = await _hall.GuestAsync();
        await yu.GoAsync($"#/offers/{Uri.EscapeDataString($"content:{content}")}");
        await yu.Page.GetByTestId("pay-wallet").CheckAsync();
        await Assertions.Expect(yu.Page.GetByTestId("wallet-short")).ToBeVisibleAsync();

        await yu.Page.GetByTestId("pay").ClickAsync();

        await Assertions.Expect(Shop.Outcome(yu)).ToHaveAttributeAsync("data-state", "refused");
        await yu.Page.GetByTestId("try-again").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("pay")).ToBeVisibleAsync();
    }

    public void Dispose() => _hall.Dispose();
}
