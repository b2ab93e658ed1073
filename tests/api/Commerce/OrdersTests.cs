using System.Net.Http.Headers;
using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Tests.Authorization;

namespace Engage.Api.Tests.Commerce;

public sealed class OrdersTests(ShopServer shop) : IClassFixture<ShopServer>
{
    [Fact]
    public async Task BuyingByCardOpensTheContentAndIsInvoiced()
    {
        using var user = await shop.NewUserAsync();
        var (_, before) = await user.Http.GetJsonAsync("/v1/contents/c-paid");

        var (status, order, replayed) = await shop.OrderAsync(user);
        var (_, after) = await user.Http.GetJsonAsync("/v1/contents/c-paid");
        var (_, library) = await user.Http.GetJsonAsync("/v1/library");
        var (_, orders) = await user.Http.GetJsonAsync("/v1/orders");
        var (_, invoice) = await user.Http.GetJsonAsync($"/v1/invoices/{order.GetProperty("invoice").GetInt64()}");

        Assert.Equal((201, false, "paid"), (status, replayed, order.Text("state")));
        Assert.Equal(("locked", "granted"), (before.Text("access"), after.Text("access")));
        Assert.Equal("content:c-paid", Assert.Single(library.GetProperty("items").EnumerateArray()).Text("scope"));
        Assert.Equal(order.Text("id"), Assert.Single(orders.GetProperty("items").EnumerateArray()).Text("id"));
        Assert.Equal(10_000, invoice.GetProperty("amount").GetProperty("minorUnits").GetInt64());
    }

    [Fact]
    public async Task InvoicePageEncodesWhatPeopleWrote()
    {
        using var user = await shop.NewUserAsync();
        var (_, order, _) = await shop.OrderAsync(user);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/v1/invoices/{order.GetProperty("invoice").GetInt64()}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.AcceptLanguage.ParseAdd("en");

        using var answer = await user.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Contains("Paid &lt;course&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<course>", page, StringComparison.Ordinal);
        Assert.Contains("100.00 CNY", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameKeyIsOneOrderAndAnotherBodyUnderItIsRefused()
    {
        using var user = await shop.NewUserAsync();
        var key = shop.NewKey();

        var without = await ShopServer.PostAsync(user.Http, "/v1/orders", ShopServer.Body(), null);
        var first = await ShopServer.PostAsync(user.Http, "/v1/orders", ShopServer.Body(), key);
        var again = await ShopServer.PostAsync(user.Http, "/v1/orders", ShopServer.Body(), key);
        var other = await ShopServer.PostAsync(user.Http, "/v1/orders", ShopServer.Body(token: "tok_ok_2"), key);

        Assert.Equal((400, 201, 201, 422), (without.Status, first.Status, again.Status, other.Status));
        Assert.Equal((false, true), (first.Replayed, again.Replayed));
        Assert.Equal(first.Body.Text("id"), again.Body.Text("id"));
        Assert.EndsWith("idempotency-mismatch", other.Body.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasShownIsWhatIsDueOrNothingIsOrdered()
    {
        using var user = await shop.NewUserAsync();
        var (shown, preview) = await user.Http.PostJsonAsync("/v1/orders/preview", new { offer = "content:c-paid" });
        var due = preview.GetProperty("due");
        object Body(object expected) =>
            new { offer = "content:c-paid", pay = new { method = "card", token = "tok_ok" }, expected };

        var (changed, problem, _) = await shop.OrderAsync(user, Body(new { minorUnits = 9_000, currency = "CNY" }));
        var (invalid, _, _) = await shop.OrderAsync(user, Body(new { minorUnits = -1, currency = "CNY" }));
        var (placed, order, _) = await shop.OrderAsync(user, Body(due));

        Assert.Equal((200, 10_000), (shown, due.GetProperty("minorUnits").GetInt64()));
        Assert.Equal((409, 400, 201), (changed, invalid, placed));
        Assert.EndsWith("/price-changed", problem.Text("type"), StringComparison.Ordinal);
        Assert.Equal((9_000, 10_000), (
            problem.GetProperty("expected").GetProperty("minorUnits").GetInt64(),
            problem.GetProperty("actual").GetProperty("minorUnits").GetInt64()));
        Assert.Equal("paid", order.Text("state"));
    }

    [Theory]
    [InlineData("tok_declined", "failed")]
    [InlineData("tok_unheard_of", "failed")]
    [InlineData("tok_error_then_ok", "pending")]
    [InlineData("tok_charged_then_error", "pending")]
    public async Task OrderSaysWhatIsKnown(string token, string state)
    {
        using var user = await shop.NewUserAsync();

        var (status, order, _) = await shop.OrderAsync(user, ShopServer.Body(token: token));

        Assert.Equal((201, state), (status, order.Text("state")));
    }

    [Fact]
    public async Task SilentProviderIsAskedAgainAndChargesOnce()
    {
        using var user = await shop.NewUserAsync();
        var key = shop.NewKey();
        var body = ShopServer.Body(token: "tok_timeout_then_ok");

        var silent = await ShopServer.PostAsync(user.Http, "/v1/orders", body, key);
        var paid = await ShopServer.PostAsync(user.Http, "/v1/orders", body, key);

        Assert.Equal(("pending", "paid"), (silent.Body.Text("state"), paid.Body.Text("state")));
    }

    [Fact]
    public async Task WebhooksAreSignedAndHarmlessHoweverOftenTheyCome()
    {
        using var user = await shop.NewUserAsync();
        var (_, order, _) = await shop.OrderAsync(user, ShopServer.Body(token: "tok_charged_then_error"));
        var id = order.Text("id");
        var news = JsonSerializer.Serialize(new { id = "evt_1", type = "charge.succeeded", charge = id });
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

        var forged = await shop.WebhookAsync(news, now, "another secret of more than 32 characters");
        var old = await shop.WebhookAsync(news, now.AddMinutes(-6));
        var unknown = await shop.WebhookAsync(
            JsonSerializer.Serialize(new { id = "evt_2", type = "charge.succeeded", charge = "o-nobody" }), now);
        var nonsense = await shop.WebhookAsync("[]", now);
        var first = await shop.WebhookAsync(news, now);
        var second = await shop.WebhookAsync(news, now);

        Assert.Equal((401, 401, 200, 400, 200, 200), (forged, old, unknown, nonsense, first, second));
        Assert.Equal("paid", (await UntilAsync(user, id, "paid")).Text("state"));
    }

    [Fact]
    public async Task WalletIsToppedUpSpentAndNeverOverdrawn()
    {
        using var user = await shop.NewUserAsync();
        var topUp = new { amount = new { minorUnits = 15_000, currency = "CNY" }, token = "tok_ok" };

        var (status, _, _) = await ShopServer.PostAsync(user.Http, "/v1/wallet/topups", topUp, shop.NewKey());
        var (_, bought, _) = await shop.OrderAsync(user, ShopServer.Body(method: "wallet", token: null));
        var (_, refused, _) = await shop.OrderAsync(
            user, ShopServer.Body("content:c-more", method: "wallet", token: null));
        var (_, wallet) = await user.Http.GetJsonAsync("/v1/wallet");
        var (_, postings) = await user.Http.GetJsonAsync("/v1/wallet/postings");

        Assert.Equal((201, "paid", "failed"), (status, bought.Text("state"), refused.Text("state")));
        Assert.Equal("insufficient-funds", refused.GetProperty("payment").GetProperty("failure").Text("code"));
        Assert.Equal(5_000, Assert.Single(
            wallet.GetProperty("balances").EnumerateArray()).GetProperty("minorUnits").GetInt64());
        Assert.Equal(
            [15_000, -10_000],
            postings.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task OrdersOfOthersAreNobodysBusiness()
    {
        using var user = await shop.NewUserAsync();
        using var other = await shop.NewUserAsync();
        var (_, order, _) = await shop.OrderAsync(user);
        var id = order.Text("id");

        var (read, _) = await other.Http.GetJsonAsync($"/v1/orders/{id}");
        var (cancel, _) = await other.Http.PostJsonAsync($"/v1/orders/{id}/cancel", new { });
        var (refund, _) = await other.Http.PostJsonAsync($"/v1/orders/{id}/refunds", new { });
        var (invoice, _) = await other.Http.GetJsonAsync(
            $"/v1/invoices/{order.GetProperty("invoice").GetInt64()}");

        Assert.Equal((404, 404, 404, 404), (read, cancel, refund, invoice));
    }

    [Fact]
    public async Task BuyerAsksAndTheSellersOwnerGivesBack()
    {
        using var user = await shop.NewUserAsync();
        using var owner = await shop.NewUserAsync();
        using var appointed = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{owner.User}", UriKind.Relative), null);
        var (_, order, _) = await shop.OrderAsync(user);
        var path = $"/v1/orders/{order.Text("id")}/refunds";

        await user.Http.PostJsonAsync("/v1/events", new[]
        {
            new { eventId = Guid.NewGuid(), kind = "progressed", content = "c-paid", value = 0.5 },
        });

        var asked = await ShopServer.PostAsync(user.Http, path, new { reason = "太难了" }, null);
        var (seen, asks) = await owner.Http.GetJsonAsync("/v1/refund-asks?creator=k-lin");
        var (hidden, _) = await user.Http.GetJsonAsync("/v1/refund-asks?creator=k-lin");
        var (own, _) = await user.Http.PostJsonAsync($"{path}/decline", new { });
        var keyless = await ShopServer.PostAsync(owner.Http, path, new { amount = 3_333 }, null);
        var part = await ShopServer.PostAsync(owner.Http, path, new { amount = 3_333 }, "r-1");
        var again = await ShopServer.PostAsync(owner.Http, path, new { amount = 3_333 }, "r-1");
        var rest = await ShopServer.PostAsync(owner.Http, path, new { }, null);
        var (_, content) = await user.Http.GetJsonAsync("/v1/contents/c-paid");

        Assert.Equal((202, 400, 200, 200, 200), (
            asked.Status, keyless.Status, part.Status, again.Status, rest.Status));
        Assert.Equal((200, 403, 403), (seen, hidden, own));
        Assert.Equal("used", asked.Body.GetProperty("refundAsked").Text("because"));
        var ask = asks.GetProperty("items").EnumerateArray()
            .Single(item => item.Text("order") == order.Text("id"));
        Assert.Equal("太难了", ask.Text("reason"));
        Assert.Equal(("partlyRefunded", "refunded"), (again.Body.Text("state"), rest.Body.Text("state")));
        Assert.Equal("locked", content.Text("access"));
    }

    [Fact]
    public async Task BuyerTakesBackByHerselfWhatSheHasNotUsed()
    {
        using var user = await shop.NewUserAsync();
        var (_, order, _) = await shop.OrderAsync(user);

        var (status, refunded) = await user.Http.PostJsonAsync(
            $"/v1/orders/{order.Text("id")}/refunds", new { reason = "misclick" });
        var (_, content) = await user.Http.GetJsonAsync("/v1/contents/c-paid");

        Assert.Equal((200, "refunded", "locked"), (status, refunded.Text("state"), content.Text("access")));
    }

    [Fact]
    public async Task WhoeverGuessesCodesIsSlowedDown()
    {
        using var user = await shop.NewUserAsync();
        using var other = await shop.NewUserAsync();
        var statuses = new List<int>();

        while (statuses.Count < 40 && statuses.LastOrDefault() != 429)
        {
            var (status, problem) = await (statuses.Count % 2 == 0
                ? user.Http.PostJsonAsync($"/v1/gifts/never-given-{statuses.Count}/claim", new { })
                : user.Http.GetJsonAsync($"/v1/coupons/NEVER-{statuses.Count}?offer=content:c-paid"));
            statuses.Add(status);
            if (status == 429) Assert.True(problem.GetProperty("retryAfter").GetInt32() > 0);
        }
        var (unhindered, _) = await other.Http.GetJsonAsync("/v1/coupons/NEVER?offer=content:c-paid");

        Assert.Equal(429, statuses[^1]);
        Assert.All(statuses.SkipLast(1), status => Assert.Equal(404, status));
        Assert.InRange(statuses.Count, 11, 39);
        Assert.Equal(404, unhindered);
    }

    [Fact]
    public async Task GiftForOneAloneIsRefusedToOthers()
    {
        using var user = await shop.NewUserAsync();
        using var other = await shop.NewUserAsync();
        object Body(object gift) =>
            new { offer = "content:c-paid", gift, pay = new { method = "card", token = "tok_ok" } };

        var (nobody, _, _) = await shop.OrderAsync(user, Body(new { only = true }));
        var (placed, order, _) = await shop.OrderAsync(user, Body(new { to = "小林 of somewhere", only = true }));
        var code = order.Text("subject")["gift:".Length..];
        var (claimed, _) = await other.Http.PostJsonAsync($"/v1/gifts/{code}/claim", new { });
        var (_, gifts) = await user.Http.GetJsonAsync("/v1/gifts");

        Assert.Equal((400, 201, 403), (nobody, placed, claimed));
        Assert.True(Assert.Single(gifts.GetProperty("items").EnumerateArray()).GetProperty("only").GetBoolean());
        Assert.DoesNotContain("addressee", gifts.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task CodeOfAGiftIsItsBuyersAlone()
    {
        using var buyer = await shop.NewUserAsync();
        using var owner = await shop.NewUserAsync();
        using var made = await shop.Service.PutAsync(
            new Uri($"/v1/creators/k-lin/owners/{owner.User}", UriKind.Relative), null);
        made.EnsureSuccessStatusCode();
        using var @operator = shop.With(MintedTokens.For(shop.Services, "u-op", Who.User | Who.Operator));
        var (_, placed, _) = await shop.OrderAsync(buyer, new
        {
            offer = "content:c-paid", gift = new { message = "x" }, pay = new { method = "card", token = "tok_ok" },
        });
        var path = $"/v1/orders/{placed.Text("id")}";

        var (mine, own) = await buyer.Http.GetJsonAsync(path);
        var (sold, theirs) = await owner.Http.GetJsonAsync(path);
        var (looked, platforms) = await @operator.GetJsonAsync(path);

        Assert.Equal((200, 200, 200), (mine, sold, looked));
        Assert.StartsWith("gift:", own.Text("subject"), StringComparison.Ordinal);
        Assert.DoesNotContain(own.Text("subject")["gift:".Length..], $"{theirs}{platforms}", StringComparison.Ordinal);
    }

    private static async Task<JsonElement> UntilAsync(SignedInUser user, string order, string state)
    {
        while (true)
        {
            var (status, answer) = await user.Http.GetJsonAsync($"/v1/orders/{order}");
            if (status == 200 && answer.Text("state") == state) return answer;
            await Task.Yield();
        }
    }
}
