using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Tests.Plans;

/// <summary>Sums of days say what the ledger says, of any moment, and are all that is kept.</summary>
public sealed class IncomeBookTests
{
    private static readonly string[] Accounts = ["creator:k-1", "community:g-1", "platform:income"];

    [Fact]
    public async Task EveryFigureOfEveryMomentIsThatOfTheLedger()
    {
        await using var shop = await Shop.OpenAsync();
        await LiveThroughAsync(shop);
        var moments = shop.Books.Entries.Select(entry => entry.At)
            .SelectMany(at => (DateTimeOffset[])[at.AddTicks(-1), at, at.AddHours(3)]).Distinct().Order().ToArray();
        var random = new Random(20_260_131);

        foreach (var account in Accounts)
        {
            var book = new IncomeBook(shop.Books, account);
            await book.FollowAsync(CancellationToken.None);
            for (var i = 0; i < 200; i++)
            {
                var at = moments[random.Next(moments.Length)];
                var from = moments[random.Next(moments.Length)];
                var to = moments[random.Next(moments.Length)];
                if (from >= to) (from, to) = (to, from.AddTicks(1));

                await AssertIsLedgerAsync(shop, await book.SumAsync(from, to, at, CancellationToken.None));
            }
        }
    }

    [Fact]
    public async Task RecurringRevenueOfAnyMomentIsWhatSubscriptionsHadPostedThen()
    {
        await using var shop = await Shop.OpenAsync();
        await LiveThroughAsync(shop);
        var book = new IncomeBook(shop.Books, "creator:k-1");
        await book.FollowAsync(CancellationToken.None);
        var subscribed = shop.Books.Entries
            .Where(entry => entry.Documents.Any(document => document.Id.Kind == "subscription"))
            .Select(entry => entry.Key.Split(':')[1]).ToHashSet();

        foreach (var entry in shop.Books.Entries)
        {
            var income = await book.SumAsync(
                DateTimeOffset.MinValue, DateTimeOffset.MaxValue, entry.At, CancellationToken.None);

            Assert.Equal(
                Lines(shop, "creator:k-1").Where(line =>
                    line.Entry.At <= entry.At && line.Entry.Key.StartsWith("order:", StringComparison.Ordinal)
                    && subscribed.Contains(line.Entry.Key.Split(':')[1])).Sum(line => line.Amount),
                income.Months.Sum(month => month.Mrr));
        }
        var all = await book.SumAsync(
            DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, CancellationToken.None);
        // The year's, and the months of the other one until it was given back.
        Assert.Equal([2, 2, 1], all.Months.Take(3).Select(month => month.Subscriptions));
        Assert.Equal(12, all.Months.Count(month => month.Subscriptions == 1) + 2);
    }

    [Fact]
    public async Task ThousandsOfPostingsOfADayAreKeptAsOneSum()
    {
        var books = new LedgerInMemory();
        for (var i = 0; i < 3_000; i++)
            await books.CommitAsync(
                new(
                    $"tip:{i}", MovedTime.Start.AddSeconds(i * 60), "tip",
                    [new("creator:k-1", "CNY", i), new("provider:card", "CNY", -i)], []),
                CancellationToken.None);
        var book = new IncomeBook(books, "creator:k-1");

        await book.FollowAsync(CancellationToken.None);
        await book.FollowAsync(CancellationToken.None);
        var half = await book.SumAsync(
            DateTimeOffset.MinValue, DateTimeOffset.MaxValue, MovedTime.Start.AddSeconds(1_499 * 60),
            CancellationToken.None);

        Assert.Equal(3, book.Days);
        Assert.Equal((1_499 * 1_500 / 2, 1_500), (half.Totals[0].Balance, half.Kinds[0].Count));
    }

    private static async Task AssertIsLedgerAsync(Shop shop, Income income)
    {
        var known = Lines(shop, income.Account).Where(line => line.Entry.At <= income.At).ToArray();
        var within = known.Where(line => line.Entry.At >= income.From && line.Entry.At < income.To).ToArray();
        var balance = await shop.Books.BalanceAsync(income.Account, "CNY", income.At, CancellationToken.None);

        Assert.Equal(known.Length == 0 ? 0 : 1, income.Totals.Length);
        if (known.Length == 0) return;

        var total = income.Totals[0];
        Assert.Equal(balance, total.Balance);
        Assert.Equal(Sum("payout"), total.Payouts);
        Assert.Equal(Sum("refund"), total.Refunds);
        Assert.Equal(within.Sum(line => line.Amount) - Sum("payout"), total.Net);
        Assert.Equal(
            within.GroupBy(line => line.Entry.Kind)
                .Select(group => (group.Key, group.Sum(line => line.Amount), group.Count())).Order(),
            income.Kinds.Select(kind => (kind.Kind, kind.Net, kind.Count)).Order());
        foreach (var month in income.Months)
            Assert.Equal(
                known.Where(line => line.Entry.Kind != "payout" && $"{line.Entry.At:yyyy-MM}" == month.Month)
                    .Sum(line => line.Amount),
                month.Net);

        long Sum(string kind) => within.Where(line => line.Entry.Kind == kind).Sum(line => line.Amount);
    }

    private static IEnumerable<(BookEntry Entry, long Amount)> Lines(Shop shop, string account) =>
        shop.Books.Entries.SelectMany(entry => entry.Postings
            .Where(posting => posting.Account == account && posting.Unit == "CNY")
            .Select(posting => (entry, posting.Amount)));

    /// <summary>Two months of sales, renewals, refunds in parts and of all, and payouts.</summary>
    private static async Task LiveThroughAsync(Shop shop)
    {
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(9_999, "CNY")));
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        await shop.SellAsync(shop.NewOffer("o-year", OfferKind.Subscription, new(30_001, "CNY")) with
        {
            Interval = BillingInterval.Year,
        });
        var monthly = await shop.SubscribeAsync("o-pro", buyer: "u-month");
        await shop.SubscribeAsync("o-year", buyer: "u-year");
        var seller = shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1");
        for (var i = 0; i < 6; i++)
        {
            await shop.OrderAsync("o-one", $"{i}", $"u-{i}");
            await RefundAsync(new($"u-{i}"), $"{i}", 100 * i);
            shop.Time.Advance(TimeSpan.FromHours(7));
            await seller.PayOutAsync(new("u-owner"), new(1_000, "CNY"), $"{i}");
        }
        for (var i = 0; i < 2; i++)
        {
            shop.Time.MoveTo(monthly.PeriodEnd.AddHours(1));
            monthly = await shop.LookAsync(monthly.Id);
        }
        var last = shop.Platform.Grains.GetGrain<IOrderGrain>(monthly.LastOrder.Value);
        await last.RefundAsync(new(null, 1_000, Key: "a"));
        shop.Time.Advance(TimeSpan.FromMinutes(5));
        await last.RefundAsync(new(null, Key: "b"));

        async Task RefundAsync(UserId buyer, string key, long amount)
        {
            if (amount > 0)
                await shop.Platform.Grains.GetGrain<IOrderGrain>(OrderId.Of(buyer, key).Value)
                    .RefundAsync(new(null, amount, Key: "part"));
        }
    }
}
