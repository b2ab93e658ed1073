using Engage.Contracts.Accounts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Tests.Hostile;

/// <summary>A good request for each surface that takes a text; a new field or surface needs a line here.</summary>
internal static class TextProbes
{
    private const int Name = CatalogueRules.NameLengthMax;
    private const int Description = CatalogueRules.DescriptionLengthMax;
    private const int ReasonMax = 500;
    private const string Password = RunningServer.Password;

    public static IEnumerable<TextProbe> Of(HostileWorld world) =>
        [.. Accounts(world), .. Catalogue(world), .. Commerce(world), .. Plans(world), .. Rooms(world)];

    private static IEnumerable<TextProbe> Accounts(HostileWorld world)
    {
        yield return To("POST /v1/users", By.Nobody, () => new
        {
            userName = world.NewId("u"), password = Password, displayName = "Lin", mail = "lin@example.org",
            language = "en",
        }) with
        { Kept = new() { ["displayName"] = AccountRules.DisplayNameLengthMax }, Taken = ["password"] };
        yield return To(
            "PATCH /v1/users/me", By.Account, () => new { displayName = "Lin", language = "en" }) with
        { Kept = new() { ["displayName"] = AccountRules.DisplayNameLengthMax } };
        yield return To(
            "POST /v1/tokens", By.Nobody, () => new { userName = world.UserName, password = Password }) with
        { Taken = ["device", "totp", "recoveryCode", "refreshToken", "clientId", "clientSecret"] };
        yield return To("PUT /v1/users/me/password", By.Account, () => new { current = "wrong", password = Password });
        yield return To(
            "PUT /v1/users/me/mail", By.Account, () => new { mail = "lin@example.org", password = "wrong" });
        yield return To("POST /v1/users/me/mail/verify", By.Account, () => new { code = "123456" });
        yield return To("POST /v1/mail-verifications", By.Nobody, () => new { token = "x" });
        yield return To(
            "POST /v1/password-resets", By.Nobody, () => new { mail = "nobody@example.org", language = "en" });
        yield return To("POST /v1/password-resets/redeem", By.Nobody, () => new { token = "x", password = Password });
        yield return To("POST /v1/tokens/step-up", By.Account, () => new { totp = "123456" });
        yield return To(
            "POST /v1/tokens/revoke", By.Nobody, () => new { refreshToken = "x" }) with
        { Taken = ["refreshToken"] };
        yield return To("POST /v1/totp", By.Account, () => new { password = "wrong" });
        yield return To("POST /v1/totp/confirm", By.Account, () => new { totp = "123456" });
        yield return To("POST /v1/totp/recovery-codes", By.Account, () => new { totp = "123456" });
        yield return To(
            "POST /v1/totp/disable", By.Account, () => new { password = "wrong", totp = "123456" });
        yield return To("POST /v1/privacy/erasure", By.Account, () => new { password = "wrong" });
    }

    private static IEnumerable<TextProbe> Catalogue(HostileWorld world)
    {
        yield return To("POST /v1/communities", By.Service, () => new
        {
            id = world.NewId("g"), name = Both("AI"), description = Both("Who learns."),
        }) with
        { Kept = Localized(("name", Name), ("description", Description)) };
        yield return To("POST /v1/creators", By.Service, () => new
        {
            id = world.NewId("k"), name = Both("Lin"), description = Both("Teaches."), communities = new[] { "g-ai" },
        }) with
        { Kept = Localized(("name", Name), ("description", Description)) };
        yield return To("POST /v1/contents", By.Service, () => new
        {
            id = world.NewId("c"), contentKind = "course", creator = "k-lin", community = "g-ai", title = Both("Course"),
            description = Both("All of it."), tags = new[] { "ai" }, regions = new[] { "CN" },
            price = new { minorUnits = 1, currency = "CNY" },
        }) with
        {
            Kept = new(Localized(("title", Name), ("description", Description)))
            {
                ["tags[]"] = CatalogueRules.TagLengthMax,
            },
        };
        yield return To("POST /v1/events", By.Service, () => new[]
        {
            new
            {
                eventId = Guid.NewGuid(), user = "u-hostile-reader", kind = "searched", session = "s-1",
                attributes = new Dictionary<string, string> { ["query"] = "ai" },
            },
        }) with
        { Taken = ["[].session", "[].attributes{}"] };
        yield return To(
            "PUT /v1/communities/{id}/members/{user}", By.Owner, () => new { role = "member" },
            "/v1/communities/g-ai/members/u-hostile-member");
        yield return To("PUT /v1/points/settings", By.Account, () => new { timeZone = "Europe/Berlin" });
    }

    private static IEnumerable<TextProbe> Commerce(HostileWorld world)
    {
        yield return To("POST /v1/offers", By.Owner, () => HostileWorld.NewOffer(world.NewId("f"))) with
        { Kept = Localized(("title", Name), ("description", Description)) };
        yield return To(
            "PUT /v1/offers/{id}/price", By.Owner, () => new { price = new { minorUnits = 2, currency = "CNY" } },
            $"/v1/offers/{HostileWorld.Offer}/price");
        yield return To("POST /v1/orders", By.Buyer, () => new
        {
            offer = HostileWorld.Offer, coupon = HostileWorld.Coupon, pay = new { method = "free" },
            gift = new { to = world.UserName, message = "for you" },
        }) with
        {
            Kept = new() { ["gift.message"] = ReasonMax, ["gift.to"] = AccountRules.MailLengthMax },
            Taken = ["pay.token"],
            ReadAt = _ => "/v1/gifts",
        };
        yield return new TextProbe("POST /v1/orders/{id}/refunds", By.Buyer, async () =>
        {
            var order = await world.SendAsync(By.Buyer, "/v1/orders", new
            {
                offer = HostileWorld.Offer, pay = new { method = "wallet" },
            });
            return ($"/v1/orders/{order.Text("id")}/refunds", new { reason = "a mistake" });
        }) with
        { Taken = ["reason"] };
        yield return To(
            "POST /v1/payments/webhooks/card", By.Nobody, () => new { id = "evt_1", type = "x", charge = "o-1" });
        yield return To("POST /v1/wallet/topups", By.Buyer, () => new
        {
            amount = new { minorUnits = 1, currency = "CNY" }, token = "tok_ok",
        }) with
        { Taken = ["token"] };
    }

    private static IEnumerable<TextProbe> Plans(HostileWorld world)
    {
        yield return To("POST /v1/coupons", By.Owner, () => new
        {
            code = world.NewId("c"), creator = "k-lin", amount = new { minorUnits = 1, currency = "CNY" },
        });
        yield return To(
            "PUT /v1/subscriptions/{id}/payment", By.Buyer, () => new { method = "wallet" },
            "/v1/subscriptions/s-nobodys/payment");
        yield return To("POST /v1/credits/use", By.Buyer, () => new { offer = "f-1", resource = "content:c-1" });
        yield return To("POST /v1/tips", By.Buyer, () => new
        {
            creator = "k-lin", amount = new { minorUnits = 1, currency = "CNY" }, pay = new { method = "wallet" },
        }) with
        { Taken = ["pay.token"] };
        yield return To("POST /v1/quotes", By.Buyer, () => new { creator = "k-lin", text = "please" }) with
        { Kept = new() { ["text"] = Quote.TextLengthMax } };
        yield return OfQuote("offer", By.Owner, false, () => HostileWorld.Price("gladly")) with
        { Kept = new() { ["text"] = Quote.TextLengthMax } };
        yield return OfQuote("accept", By.Buyer, false, () => new { pay = new { method = "wallet" } }) with
        { Taken = ["pay.token"] };
        yield return OfQuote("deliver", By.Owner, true, () => new { text = "here" }) with
        { Kept = new() { ["text"] = Quote.TextLengthMax } };
        yield return OfQuote("dispute", By.Buyer, true, () => new { text = "no" }) with
        { Kept = new() { ["text"] = Quote.TextLengthMax } };
        yield return To("POST /v1/creators/{id}/payouts", By.Owner, () => new
        {
            amount = new { minorUnits = 1, currency = "CNY" },
        }, "/v1/creators/k-lin/payouts");

        TextProbe OfQuote(string step, By by, bool accepted, Func<object> body) => new(
            $"POST /v1/quotes/{{id}}/{step}", by,
            async () => ($"{await world.QuoteAsync(accepted)}/{step}", body()));
    }

    private static IEnumerable<TextProbe> Rooms(HostileWorld world)
    {
        const int Said = 500;
        var cloud = 0L;
        yield return To("POST /v1/rooms", By.Owner, () => new
        {
            id = world.NewId("r"), community = "g-ai", creator = "k-lin", title = Both("Room"),
            description = Both("Come in."),
        }) with
        { Kept = Localized(("title", Name), ("description", Description)) };
        yield return Act("say", () => new { @do = "say", id = Guid.NewGuid(), text = "hi" }) with
        { Kept = new() { ["text"] = Said } };
        yield return ActOn("edit", async () => new { @do = "edit", target = await world.SayAsync(), text = "hi" }) with
        { Kept = new() { ["text"] = Said } };
        yield return ActOn(
            "delete", async () => new { @do = "delete", target = await world.SayAsync(), reason = "why" }) with
        { Taken = ["reason"] };
        yield return ActOn(
            "reactTo", async () => new { @do = "reactTo", target = await world.SayAsync(), emoji = "👍" }) with
        { Taken = ["emoji"] };
        yield return Act("ask", () => new { @do = "ask", id = Guid.NewGuid(), text = "why?" }) with
        {
            Kept = new() { ["text"] = Said },
            After = asked => world.ActAsync(new { @do = "answer", question = asked.GetProperty("seq").GetInt64() }),
        };
        yield return ActOn(
            "answer", async () => new { @do = "answer", question = await world.AskAsync(), text = "so" }) with
        { Taken = ["text"] };
        yield return Act("openPoll", () => new
        {
            @do = "openPoll", id = Guid.NewGuid(), kind = "single", question = "?", choices = new[] { "A", "B" },
        }) with
        {
            Kept = new() { ["question"] = 200, ["choices[]"] = 100 },
            After = made => world.ActAsync(new { @do = "closePoll", poll = made.GetProperty("seq").GetInt64() }),
        };
        yield return ActOn("vote", async () => new { @do = "vote", poll = await CloudAsync(), word = "sun" }) with
        { Taken = ["word"] };
        yield return Act("callHand", () => new { @do = "callHand" });
        yield return To(
            "POST /v1/rooms/{id}/actions settings", By.Owner,
            () => new { @do = "settings", filteredWords = new[] { "x" } },
            $"/v1/rooms/{HostileWorld.OtherRoom}/actions") with
        { Taken = ["filteredWords[]"] };
        yield return Act("mute", () => new { @do = "mute", user = "u-muted", @for = 1, reason = "why" }) with
        { Kept = new() { ["reason"] = 200 } };
        yield return Act("ban", () => new { @do = "ban", user = "u-banned", @for = 1, reason = "why" }) with
        { Kept = new() { ["reason"] = 200 } };
        yield return Act("grant", () => new { @do = "grant", user = "u-granted", role = "member" });

        TextProbe Act(string kind, Func<object> make) => ActOn(kind, () => Task.FromResult(make()));

        TextProbe ActOn(string kind, Func<Task<object>> make) => new(
            $"POST /v1/rooms/{{id}}/actions {kind}", By.Owner,
            async () => ($"/v1/rooms/{HostileWorld.Room}/actions", await make()))
        {
            ReadAt = answer =>
                $"/v1/rooms/{HostileWorld.Room}/entries?after={answer.GetProperty("seq").GetInt64() - 1}&limit=1",
        };

        async Task<long> CloudAsync() => cloud = cloud > 0
            ? cloud
            : (await world.ActAsync(
                new { @do = "openPoll", id = Guid.NewGuid(), kind = "wordCloud", question = "?" }))
                .GetProperty("seq").GetInt64();
    }

    private static TextProbe To(string surface, By by, Func<object> body, string? path = null) =>
        new(surface, by, () => Task.FromResult((path ?? surface[(surface.IndexOf(' ', StringComparison.Ordinal) + 1)..], body())));

    private static Dictionary<string, int> Localized(params (string Field, int LengthMax)[] fields) =>
        fields.SelectMany(field => new[] { ("zh", field), ("en", field) })
            .ToDictionary(it => $"{it.field.Field}.{it.Item1}", it => it.field.LengthMax);

    private static object Both(string text) => new { zh = text, en = text };
}
