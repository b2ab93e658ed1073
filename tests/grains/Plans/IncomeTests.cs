using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace Engage.Grains.Tests.Plans;

public sealed class IncomeTests
{
    private static readonly DateTimeOffset Ever = DateTimeOffset.MaxValue;

    [Fact]
    public async Task EveryAccountHasItsIncomeAndTogetherTheyAreWhatBuyersPaid()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(9_999, "CNY")));
        for (var i = 0; i < 5; i++) await shop.OrderAsync("o-one", $"{i}", $"u-{i}");
        var order = OrderId.Of(new("u-0"), "0");
        await shop.Platform.Grains.GetGrain<IOrderGrain>(order.Value).RefundAsync(new(null, 5_000, Key: "half"));

        var creator = await IncomeAsync(shop, "creator:k-1");
        var community = await IncomeAsync(shop, "community:g-1");
        var platform = await IncomeAsync(shop, "platform:income");
        IncomeTotal[] all =
            [Assert.Single(creator.Totals), Assert.Single(community.Totals), Assert.Single(platform.Totals)];

        Assert.All(all, total => Assert.Equal(5 * 9_999, total.Gross));
        Assert.All(all, total => Assert.Equal(total.Net, total.Gross + total.Shares + total.Refunds));
        Assert.Equal((5 * 9_999) - 5_000, all.Sum(total => total.Net));
        Assert.Equal(await shop.BalanceAsync("creator:k-1"), all[0].Balance);
    }

    [Fact]
    public async Task BalanceAndMonthsAreThoseOfTheTimeThatIsAskedFor()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        var then = shop.Time.GetUtcNow();
        for (var i = 0; i < 3; i++)
        {
            shop.Time.MoveTo(subscription.PeriodEnd);
            subscription = await shop.LookAsync(subscription.Id);
        }

        var now = await IncomeAsync(shop, "creator:k-1");
        var before = await shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1")
            .IncomeAsync(DateTimeOffset.MinValue, Ever, then);

        Assert.Equal(
            [("2026-01", 2_550L, 1), ("2026-02", 2_550L, 1), ("2026-03", 2_550L, 1), ("2026-04", 2_550L, 1)],
            now.Months.Select(month => (month.Month, month.Mrr, month.Subscriptions)));
        Assert.Equal((4 * 2_550, 2_550), (now.Totals[0].Balance, before.Totals[0].Balance));
        Assert.Equal(["2026-01"], before.Months.Select(month => month.Month));
    }

    [Fact]
    public void RecurringRevenueOfAllMonthsIsExactlyWhatSubscriptionsPosted()
    {
        var line =
            from amount in Gen.Choose(-100_000, 1_000_000)
            from minutes in Gen.Choose(0, 5 * 365 * 24 * 60)
            from months in Gen.Elements(1, 12)
            from unit in Gen.Elements("CNY", "EUR")
            select new IncomeLine(Ever, amount < 0 ? "refund" : "renewal", unit, amount)
            {
                PaidAt = MovedTime.Start.AddMinutes(minutes),
                Months = months,
            };

        Prop.ForAll(line.ArrayOf(50).ToArbitrary(), lines =>
        {
            var figures = new IncomeFigures();
            foreach (var each in lines) figures.Add(each);
            return ((string[])["CNY", "EUR"]).All(unit =>
                figures.Months.Where(month => month.Key.Unit == unit).Sum(month => month.Value.Recurring)
                == lines.Where(each => each.Unit == unit).Sum(each => each.Amount));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task PayoutTakesAtMostWhatIsThereAndOnce()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        await shop.OrderAsync("o-one");
        var seller = shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1");

        var first = await seller.PayOutAsync(new("u-owner"), new(8_000, "CNY"), "a");
        var again = await seller.PayOutAsync(new("u-owner"), new(8_000, "CNY"), "a");
        var other = await seller.PayOutAsync(new("u-owner"), new(1, "CNY"), "a");
        var tooMuch = await seller.PayOutAsync(new("u-owner"), new(501, "CNY"), "b");
        var income = await IncomeAsync(shop, "creator:k-1");

        Assert.Equal((false, true), (first.Replayed, again.Replayed));
        Assert.Equal(("idempotency-mismatch", "balance"), (other.Refusal?.Problem, tooMuch.Refusal?.Problem));
        Assert.Equal((-8_000, 500), (income.Totals[0].Payouts, income.Totals[0].Balance));
        Assert.Single(await seller.PayoutsAsync());
    }

    [Fact]
    public async Task CommunityAndAffiliateAreStatedAndPaidOutAsCreatorsAre()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        await shop.OrderAsync(Shop.ByCard("o-one") with { Referral = new("u-friend") });

        foreach (var (account, amount) in (IEnumerable<(string, long)>)
            [("community:g-1", 500), ("affiliate:u-friend", 1_000)])
        {
            var seller = shop.Platform.Grains.GetGrain<ISellerGrain>(account);
            var tooMuch = await seller.PayOutAsync(new("u-friend"), new(amount + 1, "CNY"), "a");
            var paid = await seller.PayOutAsync(new("u-friend"), new(amount, "CNY"), "b");
            var first = await seller.StatementAsync(null, 1);
            var second = await seller.StatementAsync(first.Cursor, 1);
            var total = Assert.Single((await IncomeAsync(shop, account)).Totals);

            Assert.Equal(("balance", null), (tooMuch.Refusal?.Problem, paid.Refusal));
            Assert.Equal((10_000, amount, -amount, 0), (total.Gross, total.Net, total.Payouts, total.Balance));
            Assert.Equal(
                [("sale", amount), ("payout", -amount)],
                first.Items.Concat(second.Items).Select(line => (line.Kind, line.Amount)));
            Assert.Null(second.Cursor);
        }
        Assert.Equal(1_500, await shop.BalanceAsync("payouts:paid"));
    }

    private static Task<Income> IncomeAsync(Shop shop, string account) =>
        shop.Platform.Grains.GetGrain<ISellerGrain>(account).IncomeAsync(DateTimeOffset.MinValue, Ever, Ever);
}
