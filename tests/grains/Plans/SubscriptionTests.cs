using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce;
using Engage.Grains.Commerce.Cards;
using Engage.Grains.Commerce.Plans;

namespace Engage.Grains.Tests.Plans;

public sealed class SubscriptionTests
{
    [Fact]
    public async Task PaidOrderBeginsASubscriptionThatOpensWhatItSays()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));

        var subscription = await shop.SubscribeAsync("o-pro");
        var (opened, other) = (await shop.MayEnterAsync("creator:k-1"), await shop.MayEnterAsync("creator:k-1", "u-2"));

        Assert.Equal((SubscriptionState.Active, 1), (subscription.State, subscription.Period));
        Assert.Equal(MovedTime.Start.AddMonths(1).Date, subscription.PeriodEnd.Date);
        Assert.True(opened);
        Assert.False(other);
        Assert.Equal(2_550, await shop.BalanceAsync("creator:k-1"));
    }

    [Fact]
    public async Task RenewalIsChargedOncePerPeriodHoweverOftenItIsLookedAt()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");

        shop.Time.MoveTo(subscription.PeriodEnd);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.Subscription(subscription.Id).LookAsync()));
        await shop.Platform.StopAsync();
        await shop.Platform.StartAsync();
        var renewed = await shop.LookAsync(subscription.Id);

        Assert.Equal((2, SubscriptionState.Active), (renewed.Period, renewed.State));
        Assert.Equal(2, shop.Cards.Taken.Count);
        Assert.Equal(1, shop.Count("renewal"));
    }

    [Fact]
    public async Task MonthsAreCountedFromTheFirstDay()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");

        var ends = new List<string> { $"{subscription.PeriodEnd:MM-dd}" };
        for (var i = 0; i < 3; i++)
        {
            shop.Time.MoveTo(subscription.PeriodEnd);
            subscription = await shop.LookAsync(subscription.Id);
            ends.Add($"{subscription.PeriodEnd:MM-dd}");
        }

        Assert.Equal(["02-28", "03-31", "04-30", "05-31"], ends);
    }

    [Fact]
    public async Task RefusedRenewalIsTriedAfterOneThreeAndFiveDaysAndEndsAfterSeven()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        var end = subscription.PeriodEnd;
        shop.Cards.Answer = ChargeOutcome.Declined;

        var seen = new List<(SubscriptionState, int, bool)>();
        foreach (var day in (int[])[0, 1, 3, 5, 6, 7])
        {
            shop.Time.MoveTo(end.AddDays(day).AddSeconds(1));
            subscription = await shop.LookAsync(subscription.Id);
            seen.Add((subscription.State, subscription.Attempts, await shop.MayEnterAsync("creator:k-1")));
        }

        Assert.Equal(
            [
                (SubscriptionState.PastDue, 1, true), (SubscriptionState.PastDue, 2, true),
                (SubscriptionState.PastDue, 3, true), (SubscriptionState.PastDue, 4, true),
                (SubscriptionState.PastDue, 4, true), (SubscriptionState.Ended, 4, false),
            ],
            seen);
        Assert.Single(shop.Cards.Taken);
    }

    [Fact]
    public async Task NewCardForAnOverduePeriodIsChargedAtOnce()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Cards.Answer = ChargeOutcome.Declined;
        shop.Time.MoveTo(subscription.PeriodEnd);
        await shop.LookAsync(subscription.Id);

        shop.Cards.Answer = ChargeOutcome.Succeeded;
        var reply = await shop.Subscription(subscription.Id).PayWithAsync(new(PaymentMethod.Card, "tok_new"));

        Assert.Equal((SubscriptionState.Active, 2), (reply.Subscription!.State, reply.Subscription.Period));
        Assert.Equal(["tok_new", "tok_ok"], shop.Cards.Taken.Select(charge => charge.Token).Order());
    }

    [Fact]
    public async Task CancelledOneLastsAsLongAsItIsPaidAndCanBeResumedUntilThen()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        var grain = shop.Subscription(subscription.Id);

        await grain.CancelAsync();
        var resumed = await grain.ResumeAsync();
        var cancelled = await grain.CancelAsync();
        shop.Time.MoveTo(subscription.PeriodEnd.AddSeconds(-10));
        var before = await shop.MayEnterAsync("creator:k-1");
        shop.Time.MoveTo(subscription.PeriodEnd.AddSeconds(1));
        var ended = await shop.LookAsync(subscription.Id);
        var late = await grain.ResumeAsync();

        Assert.False(resumed.Subscription!.CancelAtPeriodEnd);
        Assert.True(cancelled.Subscription!.CancelAtPeriodEnd);
        Assert.True(before);
        Assert.Equal(SubscriptionState.Ended, ended.State);
        Assert.False(await shop.MayEnterAsync("creator:k-1"));
        Assert.Equal("subscription-state", late.Refusal?.Problem);
        Assert.Single(shop.Cards.Taken);
    }

    [Fact]
    public async Task TrialIsHadOncePerPersonAndOfferAndThenPaidFor()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription) with { TrialDays = 7 });

        var first = await shop.SubscribeAsync("o-pro");
        var free = shop.Cards.Taken.Count;
        shop.Time.MoveTo(first.PeriodEnd);
        var paid = await shop.LookAsync(first.Id);
        await shop.Subscription(first.Id).EndAsync();
        var second = await shop.SubscribeAsync("o-pro", key: "2");

        Assert.Equal((SubscriptionState.Trialing, 0, 0), (first.State, first.Period, free));
        Assert.Equal((SubscriptionState.Active, 1), (paid.State, paid.Period));
        Assert.Equal((SubscriptionState.Active, 1), (second.State, second.Period));
        Assert.Equal(2, shop.Cards.Taken.Count);
    }

    [Fact]
    public async Task SecondOrderOfARunningSubscriptionIsRefused()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        await shop.SubscribeAsync("o-pro");

        var again = await shop.OrderAsync("o-pro", key: "2");

        Assert.Equal("subscription-state", again.Refusal?.Problem);
    }

    [Fact]
    public async Task NewPriceReachesASubscriberThirtyDaysAfterSheWasTold()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Time.Advance(TimeSpan.FromDays(1));
        await shop.Platform.Grains.GetGrain<IOfferGrain>("o-pro").SetPriceAsync(new(5_000, "CNY"), null);
        var told = await shop.LookAsync(subscription.Id);

        var charged = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            shop.Time.MoveTo(subscription.PeriodEnd);
            subscription = await shop.LookAsync(subscription.Id);
            charged.Add(subscription.Price.MinorUnits);
        }

        Assert.Equal(5_000, told.PriceChange?.Price.MinorUnits);
        // Told on 1 February: 28 February is too early.
        Assert.Equal([3_000, 5_000, 5_000], charged);
        Assert.Null(subscription.PriceChange);
    }

    [Fact]
    public async Task NewTierEndsTheOldOneWithItsPeriod()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-silver", OfferKind.Tier));
        await shop.SellAsync(shop.NewOffer("o-gold", OfferKind.Tier, new Money(9_000, "CNY")));
        var silver = await shop.SubscribeAsync("o-silver");
        shop.Time.Advance(TimeSpan.FromDays(3));

        var gold = await shop.SubscribeAsync("o-gold", key: "2");
        await shop.LookAsync(gold.Id);

        Assert.True((await shop.Subscription(silver.Id).GetAsync())!.CancelAtPeriodEnd);
        Assert.False((await shop.Subscription(gold.Id).GetAsync())!.CancelAtPeriodEnd);
    }

    [Fact]
    public async Task RefundOfTheRunningPeriodEndsIt()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");

        await shop.Platform.Grains.GetGrain<IOrderGrain>(subscription.Order.Value).RefundAsync(new(null));
        var ended = await shop.Subscription(subscription.Id).GetAsync();

        Assert.Equal(SubscriptionState.Ended, ended!.State);
        Assert.False(await shop.MayEnterAsync("creator:k-1"));
        Assert.Equal(0, await shop.BalanceAsync("creator:k-1"));
    }

    [Fact]
    public async Task AfterAYearInWhichNobodyLookedOnePeriodIsChargedAndBeginsThen()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        var late = subscription.PeriodEnd.AddYears(1).AddDays(3);

        await shop.Platform.StopAsync();
        shop.Time.MoveTo(late);
        // Asked of the books: whoever starts again may be charged by a reminder before anybody looks.
        var between = (await shop.Books.ListAsync(
                new(BookKeys.Entitled(Shop.Buyer), BookKeys.Entitlement, 0, 10), CancellationToken.None)).Items
            .Any(document => BookJson.Read<Entitlement>(document).IsGood(late));
        await shop.Platform.StartAsync();
        for (var i = 0; i < 3; i++) subscription = await shop.LookAsync(subscription.Id);
        var (charged, opened) = (shop.Cards.Taken.Count, await shop.MayEnterAsync("creator:k-1"));
        shop.Time.MoveTo(subscription.PeriodEnd);
        var next = await shop.LookAsync(subscription.Id);

        Assert.Equal((false, 2, true), (between, charged, opened));
        Assert.Equal((2, SubscriptionState.Active), (subscription.Period, subscription.State));
        Assert.Equal((late.Date, late.AddMonths(1).Date), (subscription.PeriodStart.Date, subscription.PeriodEnd.Date));
        Assert.Equal((3, subscription.PeriodEnd, late.AddMonths(2).Date), (
            next.Period, next.PeriodStart, next.PeriodEnd.Date));
        Assert.Equal(3, shop.Cards.Taken.Count);
    }

    [Fact]
    public async Task AfterAYearInWhichNobodyLookedARefusedCardEndsIt()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Cards.Answer = ChargeOutcome.Declined;

        shop.Time.MoveTo(subscription.PeriodEnd.AddYears(1));
        var ended = await shop.LookAsync(subscription.Id);
        shop.Cards.Answer = ChargeOutcome.Succeeded;
        await shop.LookAsync(subscription.Id);

        Assert.Equal((SubscriptionState.Ended, 1), (ended.State, ended.Attempts));
        Assert.Equal(subscription.GraceUntil, ended.EndedAt);
        Assert.Single(shop.Cards.Taken);
    }

    [Fact]
    public async Task RenewalPaidWithinTheGracePeriodFollowsThePeriodBefore()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");

        shop.Time.MoveTo(subscription.GraceUntil.AddMinutes(-1));
        var renewed = await shop.LookAsync(subscription.Id);

        Assert.Equal((subscription.PeriodEnd, subscription.Anchor), (renewed.PeriodStart, renewed.Anchor));
    }

    [Fact]
    public async Task ErasureEndsAllHoweverManyThereAre()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var first = await shop.SubscribeAsync("o-pro");
        var ids = Enumerable.Range(0, 600).Select(number => $"s-{number}").ToArray();
        foreach (var id in ids)
            await shop.Books.CommitAsync(
                new(
                    id, shop.Time.GetUtcNow(), "subscription", [],
                    [
                        new(
                            SubscriptionDocuments.IdOf(id), 0, BookJson.Write(first with { Id = id, Grants = [] }),
                            Keys: [SubscriptionDocuments.KeyOf(Shop.Buyer)]),
                    ]),
                CancellationToken.None);
        var data = new PlansPersonalData(
            shop.Books, new TipBook(shop.Books, new OpenVault()), shop.Platform.Grains);

        var exported = await data.ExportAsync(Shop.Buyer, CancellationToken.None);
        await data.EraseAsync(Shop.Buyer, CancellationToken.None);

        Assert.Equal(601, exported!["subscriptions"]!.AsArray().Count);
        foreach (var id in ids.Append(first.Id))
            Assert.Equal(SubscriptionState.Ended, (await shop.Subscription(id).GetAsync())!.State);
    }

    [Fact]
    public async Task ReminderRenewsWithoutAnybodyLooking()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");

        await shop.Platform.StopAsync();
        shop.Time.MoveTo(subscription.PeriodEnd.AddHours(1));
        await shop.Platform.StartAsync();
        await shop.Subscription(subscription.Id).NoticeAsync();
        while ((await shop.Subscription(subscription.Id).GetAsync())!.Period == 1) await Task.Yield();

        Assert.Equal(2, shop.Cards.Taken.Count);
    }
}
