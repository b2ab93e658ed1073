using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Engage.Api.Tests;

/// <summary>Plans over the real wire, on real books: what costs nothing, since no card provider is near.</summary>
public sealed class PlansTests(PlansTests.PatientServer server) : IClassFixture<PlansTests.PatientServer>
{
    /// <summary>Lets a test ask as often as it takes, and stores soon.</summary>
    public sealed class PatientServer : RunningServer
    {
        protected override string[] Settings =>
        [
            "--Limits:RequestsPerSecond", "100000", "--Limits:RequestsBurst", "100000",
            "--Pump:CheckpointPeriod", "00:00:00.050",
        ];
    }

    [Fact]
    public async Task ActivityEarnsPointsThatWalletAndLeaderBoardShow()
    {
        using var user = await server.NewUserAsync();

        var (_, taken) = await user.Http.PostJsonAsync(
            "/v1/events", new[] { HttpCalls.Event("completed", "c-1"), HttpCalls.Event("liked", "c-2") });
        // Readers see their own writes: the feed waits until the pump has been there.
        JsonElement points;
        do (_, points) = await user.Http.GetJsonAsync("/v1/points");
        while (points.GetProperty("earned").GetInt64() < 11);
        var (_, wallet) = await user.Http.GetJsonAsync("/v1/wallet");
        JsonElement leaders;
        do (_, leaders) = await user.Http.GetJsonAsync("/v1/communities/g-ai/leaders?period=all&limit=100");
        while (!Items(leaders).Any(item => item.Text("user") == user.User));

        Assert.Equal(2, taken.GetProperty("accepted").GetInt32());
        Assert.Equal(11, points.GetProperty("points").GetInt64());
        Assert.Equal((11, 1, 1), (
            wallet.GetProperty("points").GetInt64(), wallet.GetProperty("level").GetInt32(),
            wallet.GetProperty("streak").GetInt32()));
        Assert.Equal("测试", Items(leaders).Single(item => item.Text("user") == user.User).Text("name"));
        Assert.Equal(11, leaders.GetProperty("me").GetProperty("points").GetInt64());
    }

    [Fact]
    public async Task TrialBeginsCancelsAndResumes()
    {
        using var user = await server.NewUserAsync();
        var offer = await SellAsync("subscription", new { interval = "month", trialDays = 7 });

        var (placed, order) = await OrderAsync(user, new { offer, pay = new { method = "wallet" } });
        var (_, list) = await user.Http.GetJsonAsync("/v1/subscriptions");
        var subscription = Items(list).Single();
        var id = subscription.Text("id");
        var (_, cancelled) = await user.Http.PostJsonAsync($"/v1/subscriptions/{id}/cancel", new { });
        var (_, resumed) = await user.Http.PostJsonAsync($"/v1/subscriptions/{id}/resume", new { });
        using var other = await server.NewUserAsync();
        var (foreign, _) = await other.Http.GetJsonAsync($"/v1/subscriptions/{id}");
        var (_, library) = await user.Http.GetJsonAsync("/v1/library");

        Assert.Equal((201, "paid"), (placed, order.Text("state")));
        Assert.Equal(("trialing", "month"), (subscription.Text("state"), subscription.Text("interval")));
        Assert.True(cancelled.GetProperty("cancelAtPeriodEnd").GetBoolean());
        Assert.False(resumed.GetProperty("cancelAtPeriodEnd").GetBoolean());
        Assert.Contains(foreign, (int[])[403, 404]);
        Assert.Contains(Items(library), item => item.Text("scope") == "creator:k-ada");
    }

    [Fact]
    public async Task CouponOfAHundredPercentMakesAnOrderFreeOnce()
    {
        using var user = await server.NewUserAsync();
        var offer = await SellAsync("oneOff", new { });
        var code = $"FREE-{Guid.NewGuid():n}"[..16].ToUpperInvariant();
        var body = new { code, creator = "k-ada", percent = 100, uses = 1 };

        var (created, _) = await server.Service.PostJsonAsync("/v1/coupons", body);
        var (again, _) = await server.Service.PostJsonAsync("/v1/coupons", body);
        var (_, preview) = await user.Http.GetJsonAsync($"/v1/coupons/{code}?offer={offer}");
        var (placed, order) = await OrderAsync(
            user, new { offer, coupon = code, pay = new { method = "free" } });
        var (_, used) = await user.Http.GetJsonAsync($"/v1/coupons/{code}?offer={offer}");
        var (mine, _) = await user.Http.PostJsonAsync("/v1/coupons", body);

        Assert.Equal((201, 200), (created, again));
        Assert.Equal(0, preview.GetProperty("price").GetProperty("minorUnits").GetInt64());
        Assert.Equal((201, "paid"), (placed, order.Text("state")));
        Assert.Equal((false, "usedUp"), (used.GetProperty("valid").GetBoolean(), used.Text("reason")));
        Assert.Equal(403, mine);
    }

    [Fact]
    public async Task IncomeIsForOwnersAndPayoutsNeedAFreshCode()
    {
        using var owner = await server.NewUserAsync();
        using var stranger = await server.NewUserAsync();
        using var granted = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative), null);

        var (seen, income) = await owner.Http.GetJsonAsync("/v1/creators/k-ada/income");
        var (_, me) = await owner.Http.GetJsonAsync("/v1/users/me");
        using var taken = await server.Service.DeleteAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative));
        var (_, after) = await owner.Http.GetJsonAsync("/v1/users/me");
        using var again = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative), null);
        var (refused, _) = await stranger.Http.GetJsonAsync("/v1/creators/k-ada/income");
        var (platform, _) = await owner.Http.GetJsonAsync("/v1/platform/income");
        var (payout, problem) = await PostAsync(
            owner, "/v1/creators/k-ada/payouts", new { amount = new { minorUnits = 1, currency = "CNY" } });

        Assert.Equal(HttpStatusCode.NoContent, granted.StatusCode);
        Assert.Equal((200, "creator:k-ada"), (seen, income.Text("account")));
        Assert.Equal("""["k-ada"]""", me.GetProperty("creators").GetRawText());
        Assert.Equal("[]", after.GetProperty("creators").GetRawText());
        Assert.Equal((403, 403, 403), (refused, platform, payout));
        Assert.EndsWith("/step-up-required", problem.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommunityIsStatedToItsOwnersAndReferralsToWhomTheyAreOf()
    {
        using var owner = await server.NewUserAsync();
        using var stranger = await server.NewUserAsync();
        using var made = await server.Service.PutAsync(
            new Uri($"/v1/communities/g-ai/members/{owner.User}", UriKind.Relative),
            JsonContent.Create(new { role = "owner" }));
        var amount = new { amount = new { minorUnits = 1, currency = "CNY" } };

        var (_, me) = await owner.Http.GetJsonAsync("/v1/users/me");
        var (seen, statement) = await owner.Http.GetJsonAsync("/v1/communities/g-ai/statement?limit=5");
        var (listed, _) = await owner.Http.GetJsonAsync("/v1/communities/g-ai/payouts");
        var (hidden, _) = await stranger.Http.GetJsonAsync("/v1/communities/g-ai/statement");
        var (unpaid, _) = await PostAsync(stranger, "/v1/communities/g-ai/payouts", amount);
        var (community, step) = await PostAsync(owner, "/v1/communities/g-ai/payouts", amount);
        var (own, income) = await stranger.Http.GetJsonAsync("/v1/affiliate/income");
        var (referred, _) = await stranger.Http.GetJsonAsync("/v1/affiliate/statement");
        var (affiliate, _) = await PostAsync(stranger, "/v1/affiliate/payouts", amount);

        using var zoned = await owner.Http.PutAsync(
            new Uri("/v1/communities/g-ai/points", UriKind.Relative),
            JsonContent.Create(new { timeZone = "Europe/London" }));
        using var foreign = await stranger.Http.PutAsync(
            new Uri("/v1/communities/g-ai/points", UriKind.Relative),
            JsonContent.Create(new { timeZone = "Asia/Tokyo" }));
        var (_, zone) = await stranger.Http.GetJsonAsync("/v1/communities/g-ai/points");

        Assert.True(made.IsSuccessStatusCode);
        Assert.Equal((200, 403, "Europe/London"), (
            (int)zoned.StatusCode, (int)foreign.StatusCode, zone.Text("timeZone")));
        Assert.Equal((200, 200, 403, 403), (seen, listed, hidden, unpaid));
        Assert.True(statement.TryGetProperty("items", out _));
        Assert.Equal("""["g-ai"]""", me.GetProperty("communities").GetRawText());
        Assert.Equal((200, 200, $"affiliate:{stranger.User}"), (own, referred, income.Text("account")));
        Assert.Equal((403, 403), (community, affiliate));
        Assert.EndsWith("/step-up-required", step.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuoteIsAskedForAndPricedByTheCreatorAndNobodyElse()
    {
        using var buyer = await server.NewUserAsync();
        using var owner = await server.NewUserAsync();
        using var stranger = await server.NewUserAsync();
        using var granted = await server.Service.PutAsync(
            new Uri($"/v1/creators/k-ada/owners/{owner.User}", UriKind.Relative), null);
        var price = new
        {
            price = new { minorUnits = 5_000, currency = "CNY" }, text = "gladly", due = "2027-01-01T00:00:00.000Z",
        };

        var (asked, quote) = await PostAsync(buyer, "/v1/quotes", new { creator = "k-ada", text = "<b>please</b>" });
        var path = $"/v1/quotes/{quote.Text("id")}";
        var (hidden, _) = await stranger.Http.GetJsonAsync(path);
        var (own, _) = await buyer.Http.PostJsonAsync($"{path}/offer", price);
        var (offered, answer) = await owner.Http.PostJsonAsync($"{path}/offer", price);
        var (early, problem) = await owner.Http.PostJsonAsync($"{path}/deliver", new { text = "here" });
        var (_, list) = await owner.Http.GetJsonAsync("/v1/creators/k-ada/quotes");

        Assert.Equal((201, 404, 404, 200, 409), (asked, hidden, own, offered, early));
        Assert.Equal(("offered", "<b>please</b>"), (answer.Text("state"), answer.Text("text")));
        Assert.EndsWith("/quote-state", problem.Text("type"), StringComparison.Ordinal);
        Assert.Contains(Items(list), item => item.Text("id") == quote.Text("id"));
    }

    private async Task<string> SellAsync(string kind, object more)
    {
        var offer = new Dictionary<string, object>
        {
            ["id"] = $"f-{Guid.NewGuid():n}",
            ["kind"] = kind,
            ["seller"] = new { creator = "k-ada" },
            ["title"] = new { zh = "会员", en = "Membership" },
            ["grants"] = new[] { new { scope = "creator:k-ada" } },
            ["price"] = new { minorUnits = 3_000, currency = "CNY" },
        };
        foreach (var property in more.GetType().GetProperties()) offer[property.Name] = property.GetValue(more)!;
        await server.Service.CreateAsync("offers", offer);
        return (string)offer["id"];
    }

    private static Task<(int Status, JsonElement Body)> OrderAsync(SignedInUser user, object body) =>
        PostAsync(user, "/v1/orders", body);

    private static async Task<(int Status, JsonElement Body)> PostAsync(SignedInUser user, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await user.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static JsonElement[] Items(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray()];
}
