using System.Text.Json;
using Microsoft.Playwright;
using static Engage.Browser.Tests.Corpus;

namespace Engage.Browser.Tests;

/// <summary>Hostile texts of sellers, buyers and operators, on the pages that others read them on.</summary>
[Collection(nameof(LivePage))]
public sealed class CorpusShopTests(LivePage live) : VisitTests(live), IDisposable
{
    private const string Creator = "k-corpus-shop";
    private const string Community = "g-corpus-shop";
    private const string Coupon = "CORPUS-FREE";
    private const string Operator = "operator";
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task ShopShowsHostileTextsAsTheyAre()
    {
        var dealer = await _hall.OwnerAsync();
        var complaints = Watch(dealer.Page);
        var order = await TradeAsync(dealer);

        foreach (var (hash, testid) in new[]
        {
            ($"#/creators/{Creator}", "shop-page"), ($"#/creators/{Creator}/products", "products-page"),
            ("#/orders", "orders-page"),
        })
        {
            await dealer.GoAsync(hash);
            foreach (var text in Texts) await SeesAsync(dealer.Page.GetByTestId(testid), text);
        }
        foreach (var (hash, testid) in new[]
        {
            ("#/offers/f-corpus-0", "offer-page"), ($"#/orders/{order}", "order-page"),
            ("#/quotes", "quotes-page"), ($"#/creators/{Creator}/quotes", "creator-quotes-page"),
            ("#/subscriptions", "subscriptions-page"), ("#/library", "library-page"), ("#/library", "gifts"),
            ($"#/creators/{Creator}/income", "income-page"),
        })
        {
            await dealer.GoAsync(hash);
            await SeesAsync(dealer.Page.GetByTestId(testid), Texts[0]);
        }

        await NothingRanAsync(dealer.Page, complaints);
    }

    [BrowserFact]
    public async Task OperatorsSeeHostileTextsAsTheyAre()
    {
        var page = await Live.VisitAsync("en-US", 1280, 800);
        var complaints = Watch(page);
        await _hall.AsNobodyAsync("/v1/users", new
        {
            userName = "corpus-found", displayName = Texts[1], password = "correct horse battery",
        });
        await SignInAsOperatorAsync(page);
        await page.EvaluateAsync("() => { location.hash = '#/operator' }");

        await page.GetByTestId("user-reason").FillAsync(Texts[0]);
        foreach (var query in Texts[..3].Append("corpus-found"))
        {
            await page.GetByTestId("user-query").FillAsync(query);
            await page.GetByTestId("search-user").ClickAsync();
        }
        await SeesAsync(page.GetByTestId("operator-page"), Texts[1]);
        await page.EvaluateAsync("() => { location.hash = '#/operator/audit' }");
        await SeesAsync(page.GetByTestId("audit-page"), Texts[0]);

        await NothingRanAsync(page, complaints);
    }

    public void Dispose() => _hall.Dispose();

    /// <summary>One who sells under hostile names, and buys it all herself.</summary>
    private async Task<string> TradeAsync(RoomGuest dealer)
    {
        await _hall.AsServiceAsync(
            HttpMethod.Post, "/v1/communities",
            new { id = Community, name = Both(Texts[0]), description = Both(Texts[1]) });
        await _hall.AsServiceAsync(
            HttpMethod.Post, "/v1/creators",
            new { id = Creator, name = Both(Texts[0]), communities = new[] { Community } });
        var user = await dealer.UserAsync();
        await _hall.AsServiceAsync(HttpMethod.Put, $"/v1/creators/{Creator}/owners/{user}", new { });
        await PostAsync("coupons", new { code = Coupon, creator = Creator, percent = 100, perUser = 100 });

        JsonElement order = default;
        for (var i = Texts.Length - 1; i >= 0; i--)
        {
            await PostAsync("offers", NewOffer($"f-corpus-{i}", "oneOff", Texts[i]));
            order = await PostAsync("orders", new
            {
                offer = $"f-corpus-{i}", coupon = Coupon, pay = new { method = "free" },
            });
        }
        await PostAsync("offers", NewOffer("f-corpus-tier", "subscription", Texts[0]));
        await PostAsync("orders", new { offer = "f-corpus-tier", pay = new { method = "wallet" } });
        await PostAsync("quotes", new { creator = Creator, text = Texts[0] });
        await PostAsync("orders", new
        {
            offer = "f-corpus-0", coupon = Coupon, pay = new { method = "free" },
            gift = new { to = Texts[0], message = Texts[1] },
        });
        return order.GetProperty("id").GetString()!;

        Task<JsonElement> PostAsync(string what, object body) =>
            _hall.AsUserAsync(dealer, HttpMethod.Post, $"/v1/{what}", body);
    }

    private static object NewOffer(string id, string kind, string text) => new
    {
        id, kind, seller = new { creator = Creator }, title = Both(text), description = Both(text),
        grants = new[] { new { scope = $"creator:{Creator}" } }, price = new { minorUnits = 100, currency = "CNY" },
        interval = kind == "oneOff" ? null : "month", trialDays = kind == "oneOff" ? 0 : 7,
    };

    /// <summary>She has an authenticator from now on; its recovery codes are good at once, and once each.</summary>
    private async Task SignInAsOperatorAsync(IPage page)
    {
        var password = Live.OperatorPassword;
        var session = await _hall.AsNobodyAsync("/v1/tokens", new { userName = Operator, password });
        var token = session.GetProperty("accessToken").GetString();
        var totp = await _hall.SendAsync(HttpMethod.Post, "/v1/totp", new { password }, token);
        var code = Authenticator.Code(totp.GetProperty("secret").GetString()!, TimeProvider.System.GetUtcNow());
        var confirmed = await _hall.SendAsync(HttpMethod.Post, "/v1/totp/confirm", new { totp = code }, token);

        await page.GetByTestId("sign-in").ClickAsync();
        await page.GetByTestId("user-name").FillAsync(Operator);
        await page.GetByTestId("password").FillAsync(password);
        await page.GetByTestId("submit").ClickAsync();
        await page.GetByTestId("code").FillAsync(confirmed.GetProperty("recoveryCodes")[0].GetString()!);
        await page.GetByTestId("confirm-code").ClickAsync();
        await Assertions.Expect(page.GetByTestId("sign-out")).ToBeVisibleAsync();
    }
}
