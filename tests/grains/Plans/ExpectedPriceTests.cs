using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Tests.Plans;

/// <summary>Nobody is charged what she was not shown.</summary>
public sealed class ExpectedPriceTests
{
    private static readonly Money Price = new(9_999, "CNY");

    [Fact]
    public async Task PriceThatChangedSinceItWasShownIsRefusedWithBothAndNothingIsWritten()
    {
        await using var shop = await OpenAsync();
        await shop.Platform.Grains.GetGrain<IOfferGrain>("o-one").SetPriceAsync(new(12_000, "CNY"), null);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var entries = shop.Books.Entries.Count;

        var refused = await shop.OrderAsync(Expecting(Price));
        var written = shop.Books.Entries.Count - entries;
        var otherCurrency = await shop.OrderAsync(Expecting(new(12_000, "EUR")));
        var agreed = await shop.OrderAsync(Expecting(new(12_000, "CNY")));

        Assert.Equal("price-changed", refused.Refusal?.Problem);
        Assert.Equal((Price, new Money(12_000, "CNY")), (refused.Refusal!.Expected, refused.Refusal.Actual));
        Assert.Equal(0, written);
        Assert.Equal("price-changed", otherCurrency.Refusal?.Problem);
        // The same key: what was refused was not ordered.
        Assert.Equal((OrderState.Paid, 12_000), (agreed.Order!.Order.State, agreed.Order.Order.Total));
        Assert.Equal(12_000, Assert.Single(shop.Cards.Taken).Amount);
    }

    [Fact]
    public async Task CouponThatIsOverIsAPriceThatChangedToWhoeverSaysWhatSheWasShown()
    {
        await using var shop = await OpenAsync();
        await shop.Platform.Grains.GetGrain<ICouponGrain>("SOON").CreateAsync(new()
        {
            Code = "SOON",
            Seller = new(new CreatorId("k-1")),
            Amount = new Money(999, "CNY"),
            Until = shop.Time.GetUtcNow().AddHours(1),
        });
        var asked = Expecting(new(9_000, "CNY")) with { Coupon = "SOON", Gift = new("小林") };
        var shown = await PreviewAsync(shop, asked);
        shop.Time.Advance(TimeSpan.FromHours(2));

        var late = await shop.OrderAsync(asked);
        var withoutWord = await shop.OrderAsync(asked with { Pay = Paying(null) }, "2");
        var agreed = await shop.OrderAsync(asked with { Pay = Paying(Price) }, "3");

        Assert.Equal((9_000, 999), (shown.Preview!.Due.MinorUnits, shown.Preview.Discount!.Amount));
        Assert.Equal(("price-changed", Price), (late.Refusal!.Problem, late.Refusal.Actual));
        Assert.Contains("over", late.Refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(("coupon-refused", "coupon-refused"), (withoutWord.Refusal?.Problem, agreed.Refusal?.Problem));
        Assert.Empty(shop.Cards.Taken);
        Assert.Equal(0, shop.Count("gift"));
    }

    [Fact]
    public async Task TrialIsNothingDueNowAndAChargeLaterUntilItWasUsed()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription) with { TrialDays = 14 });
        var asked = Shop.ByCard("o-pro") with { Pay = Paying(new(0, "CNY")) };
        var now = shop.Time.GetUtcNow();

        var shown = (await PreviewAsync(shop, asked)).Preview!;
        var begun = await shop.SubscribeAsync("o-pro");
        await shop.Subscription(begun.Id).EndAsync();
        var again = (await PreviewAsync(shop, asked with { Pay = Paying(null) })).Preview!;
        var refused = await shop.OrderAsync(asked, "2");

        Assert.Equal((0, 14), (shown.Due.MinorUnits, shown.TrialDays));
        Assert.Equal((Shop.Month, BillingInterval.Month), (shown.Next!.Amount, shown.Next.Interval));
        Assert.InRange(shown.Next.At, now.AddDays(14), begun.PeriodEnd);
        Assert.Equal((Shop.Month, 0), (again.Due, again.TrialDays));
        Assert.InRange(again.Next!.At, now.AddMonths(1), shop.Time.GetUtcNow().AddMonths(1));
        Assert.Equal(("price-changed", Shop.Month), (refused.Refusal?.Problem, refused.Refusal?.Actual));
        Assert.Empty(shop.Cards.Taken);
    }

    [Fact]
    public async Task PreviewWritesNothing()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var entries = shop.Books.Entries.Count;

        await PreviewAsync(shop, Shop.ByCard("o-pro"));
        var gift = await PreviewAsync(shop, Shop.ByCard("o-one") with { Gift = new("小林", "嗨") });
        var unknown = await PreviewAsync(shop, Shop.ByCard("o-none"));

        Assert.Equal((9_999, 9_999), (gift.Preview!.Price.MinorUnits, gift.Preview.Due.MinorUnits));
        Assert.Equal("not-found", unknown.Refusal?.Problem);
        Assert.Equal(entries, shop.Books.Entries.Count);
    }

    [Fact]
    public async Task QuoteThatWasOfferedAnewIsNotAcceptedAtAnotherPrice()
    {
        await using var shop = await OpenAsync();
        var (quote, now) = (shop.Platform.Grains.GetGrain<IQuoteGrain>("q-1"), shop.Time.GetUtcNow());
        await quote.AskAsync(Shop.Buyer, new("k-1"), "please");
        await quote.OfferAsync(new("u-owner"), new(30_000, "CNY"), "gladly", now.AddDays(14), null);

        var refused = await quote.AcceptAsync(Paying(new(20_000, "CNY")));
        var agreed = await quote.AcceptAsync(Paying(new(30_000, "CNY")));

        Assert.Equal(
            ("price-changed", new Money(30_000, "CNY")), (refused.Refusal!.Problem, refused.Refusal.Actual));
        Assert.Equal(OrderState.Paid, agreed.Order!.Order.State);
    }

    private static async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, Price) with { Grants = [new("content:c-1")] });
        return shop;
    }

    private static OrderRequest Expecting(Money price) => Shop.ByCard("o-one") with { Pay = Paying(price) };

    private static PayRequest Paying(Money? expected) => new(PaymentMethod.Card, "tok_ok", Expected: expected);

    private static Task<PreviewReply> PreviewAsync(Shop shop, OrderRequest request) =>
        shop.Platform.Grains.GetGrain<ICustomerGrain>(Shop.Buyer.Value).PreviewAsync(request);
}
