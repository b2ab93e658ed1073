using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Contracts.Creators;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Plans;

/// <summary>Two things at once, things done twice, and people who try what they should not.</summary>
public sealed class MoneyRacesTests
{
    private static readonly UserId Owner = new("u-owner");
    private static readonly PayRequest Card = new(PaymentMethod.Card, "tok_ok");

    [Fact]
    public async Task OfTwoFirstOrdersAtOnceOneBeginsAndTheOtherIsGivenBack()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        shop.Cards.Answer = ChargeOutcome.Unknown;
        await shop.OrderAsync("o-pro", "1");
        await shop.OrderAsync("o-pro", "2");

        shop.Cards.Answer = ChargeOutcome.Succeeded;
        var (first, second) = (await shop.OrderAsync("o-pro", "1"), await shop.OrderAsync("o-pro", "2"));
        var all = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").SubscriptionsAsync();

        Assert.Equal(OrderState.Paid, first.Order!.Order.State);
        Assert.Equal(
            (OrderState.Failed, "subscription-state"), (second.Order!.Order.State, second.Order.Order.Failure!.Code));
        Assert.Single(all);
        Assert.Equal((-3_000, 0), (
            await shop.BalanceAsync(LedgerAccounts.CardProvider), await shop.BalanceAsync(LedgerAccounts.RefundsDue)));
    }

    [Fact]
    public async Task RenewalThatIsPaidAfterTheEndIsGivenBack()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Cards.Answer = ChargeOutcome.Unknown;
        shop.Time.MoveTo(subscription.PeriodEnd);
        await shop.LookAsync(subscription.Id);

        await shop.Subscription(subscription.Id).EndAsync();
        shop.Cards.Answer = ChargeOutcome.Succeeded;
        shop.Time.Advance(TimeSpan.FromSeconds(2));
        var order = await shop.Platform.Grains
            .GetGrain<IOrderGrain>(OrderId.Of(Shop.Buyer, $"renewal {subscription.Id}:2:1").Value).GetAsync();

        Assert.Equal(OrderState.Failed, order!.Order.State);
        Assert.Equal(SubscriptionState.Ended, (await shop.Subscription(subscription.Id).GetAsync())!.State);
        Assert.Equal((-3_000, 0), (
            await shop.BalanceAsync(LedgerAccounts.CardProvider), await shop.BalanceAsync(LedgerAccounts.RefundsDue)));
    }

    [Fact]
    public async Task RefundsOfTheSellerDoNotPassForTheOneThatSettlesADispute()
    {
        await using var shop = await Shop.OpenAsync();
        var (quote, order) = await PaidQuoteAsync(shop);
        await order.RefundAsync(new(Owner, 1, Key: "settled"));
        await quote.DisputeAsync("nothing came");

        var tooMuch = await quote.SettleAsync(20_000);
        var settled = await quote.SettleAsync(10_000);
        var again = await quote.SettleAsync(0);

        Assert.Equal("invalid-request", tooMuch.Refusal?.Problem);
        Assert.Equal((QuoteState.Settled, 10_000), (settled.Quote!.State, settled.Quote.GivenBack));
        Assert.Equal(10_000, again.Quote!.GivenBack);
        Assert.Equal((-9_999, 0), (
            await shop.BalanceAsync(LedgerAccounts.CardProvider), await shop.BalanceAsync("quote:q-1")));
    }

    [Fact]
    public async Task RefundWhileTheMoneyIsLetGoTakesItBackFromThoseWhoGotIt()
    {
        await using var shop = await Shop.OpenAsync();
        var (quote, order) = await PaidQuoteAsync(shop);
        await quote.DeliverAsync(Owner, "here it is");
        Before(shop, ":refund:1", quote.ApproveAsync);

        await order.RefundAsync(new(null));

        Assert.Equal((0, 0, 0), (
            await shop.BalanceAsync("quote:q-1"), await shop.BalanceAsync("creator:k-1"),
            await shop.BalanceAsync(LedgerAccounts.PlatformIncome)));
    }

    [Fact]
    public async Task QuoteIsPaidOnceThoughItsOrderWasLostOnTheWay()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = await OfferedQuoteAsync(shop);
        var lost = 0;
        shop.Books.Before = entry =>
        {
            if (entry.Key.EndsWith(":placed", StringComparison.Ordinal) && lost++ == 0)
                throw new InvalidOperationException("the database is away");
        };

        await Assert.ThrowsAsync<InvalidOperationException>(() => quote.AcceptAsync(Card));
        var paid = await quote.AcceptAsync(Card);

        Assert.Equal(OrderState.Paid, paid.Order!.Order.State);
        Assert.Equal((QuoteState.Accepted, 1), ((await quote.GetAsync())!.State, (await quote.GetAsync())!.Attempts));
        Assert.Single(shop.Cards.Taken);
    }

    [Fact]
    public async Task GiftThatIsClaimedWhileAPartOfItIsGivenBackOpensTheRestAlone()
    {
        await using var shop = await Shop.OpenAsync();
        foreach (var i in (int[])[1, 2])
            await shop.SellAsync(shop.NewOffer($"o-{i}", OfferKind.OneOff) with { Grants = [new($"content:c-{i}")] });
        await shop.SellAsync(shop.NewOffer("o-both", OfferKind.Bundle) with
        {
            Items = [new("o-1"), new("o-2")], Grants = [],
        });
        var bought = (await shop.OrderAsync(Shop.ByCard("o-both") with { Gift = new("小林") })).Order!.Order.Id;
        var order = shop.Platform.Grains.GetGrain<IOrderGrain>(bought.Value);
        var code = Assert.Single(await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").GiftsAsync()).Code;
        var gift = shop.Platform.Grains.GetGrain<IGiftGrain>(code);
        Before(shop, ":claimed", () => order.RefundAsync(new(null, Line: 1)));

        var early = await gift.ClaimAsync(new("u-lin"));
        var claimed = await gift.ClaimAsync(new("u-lin"));

        Assert.Equal("gift-claimed", early.Refusal?.Problem);
        Assert.Equal(GiftState.Claimed, claimed.Gift!.State);
        Assert.False(await shop.MayEnterAsync("content:c-1", "u-lin"));
        Assert.True(await shop.MayEnterAsync("content:c-2", "u-lin"));
    }

    [Fact]
    public async Task BundleHoldsNothingOfAnotherSeller()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.Platform.Grains.GetGrain<ICreatorGrain>("k-2").CreateAsync(
            new() { Id = new("k-2"), Name = new() { En = "Thief" } }, CancellationToken.None);
        var theirs = shop.NewOffer("o-cheap", OfferKind.Bundle, new(1, "CNY")) with
        {
            Seller = new(new CreatorId("k-2")), Items = [new("o-dear")], Grants = [],
        };

        // Named before it was there.
        await shop.SellAsync(theirs);
        await shop.SellAsync(shop.NewOffer("o-dear", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        var ordered = await shop.OrderAsync("o-cheap");
        var written = await shop.Platform.Grains.GetGrain<IOfferGrain>("o-cheaper")
            .CreateAsync(theirs with { Id = new("o-cheaper") }, CancellationToken.None);

        Assert.Equal("not-for-sale", ordered.Refusal?.Problem);
        Assert.Equal(CreateOutcome.Mismatch, written.Outcome);
        Assert.False(await shop.MayEnterAsync());
    }

    [Fact]
    public async Task NobodyTipsHerselfOrBuysWithPointsWhatIsHerOwn()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        await shop.Platform.Grains.GetGrain<ICreatorAccessGrain>("k-1").GrantAsync(Shop.Buyer);

        var tip = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer")
            .TipAsync(new("t", "f", new("k-1"), new(1_000, "CNY"), Card));
        var order = await shop.OrderAsync(
            Shop.ByCard("o-one") with { Pay = new(PaymentMethod.Card, "tok_ok", Points: 1) });

        Assert.Equal(("invalid-request", "invalid-request"), (tip.Refusal?.Problem, order.Refusal?.Problem));
        Assert.Contains("own", order.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Empty(shop.Cards.Taken);
    }

    [Fact]
    public async Task RefundUnderTheSameKeyIsOneRefundAndAnotherAmountIsRefused()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        var id = (await shop.OrderAsync("o-one")).Order!.Order.Id;
        var order = shop.Platform.Grains.GetGrain<IOrderGrain>(id.Value);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => order.RefundAsync(new(null, 500, Key: "r"))));
        var other = await order.RefundAsync(new(null, 700, Key: "r"));
        var tooMuch = await order.RefundAsync(new(null, 2_501, Key: "s"));

        Assert.All(replies, reply => Assert.Equal(500, reply.Order!.Order.Refunded));
        Assert.Equal("idempotency-mismatch", other.Refusal?.Problem);
        Assert.Equal("invalid-request", tooMuch.Refusal?.Problem);
        Assert.Equal(-2_500, await shop.BalanceAsync(LedgerAccounts.CardProvider));
    }

    [Fact]
    public async Task SellerDoesNotGiveBackWhatSheHasTakenOutAlready()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        var id = (await shop.OrderAsync("o-one")).Order!.Order.Id;
        var order = shop.Platform.Grains.GetGrain<IOrderGrain>(id.Value);
        await shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1").PayOutAsync(Owner, new(2_000, "CNY"), "p");

        var all = await order.RefundAsync(new(Owner, Covered: true));
        var part = await order.RefundAsync(new(Owner, 600, Key: "r", Covered: true));
        var platform = await order.RefundAsync(new(null));

        Assert.Equal("order-state", all.Refusal?.Problem);
        Assert.Equal(OrderState.PartlyRefunded, part.Order!.Order.State);
        Assert.Equal(OrderState.Refunded, platform.Order!.Order.State);
        Assert.Equal((-2_000, 0), (
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync(LedgerAccounts.CardProvider)));
    }

    /// <summary>Does something in the moment before an entry is written, once.</summary>
    private static void Before(Shop shop, string keyEnd, Func<Task> act)
    {
        var done = 0;
        shop.Books.Before = entry =>
        {
            if (entry.Key.EndsWith(keyEnd, StringComparison.Ordinal) && Interlocked.Exchange(ref done, 1) == 0)
                Task.Run(act).GetAwaiter().GetResult();
        };
    }

    private static async Task<(IQuoteGrain Quote, IOrderGrain Order)> PaidQuoteAsync(Shop shop)
    {
        var quote = await OfferedQuoteAsync(shop);
        var paid = await quote.AcceptAsync(Card);
        return (quote, shop.Platform.Grains.GetGrain<IOrderGrain>(paid.Order!.Order.Id.Value));
    }

    private static async Task<IQuoteGrain> OfferedQuoteAsync(Shop shop)
    {
        var quote = shop.Platform.Grains.GetGrain<IQuoteGrain>("q-1");
        await quote.AskAsync(Shop.Buyer, new("k-1"), "please");
        var now = shop.Time.GetUtcNow();
        await quote.OfferAsync(Owner, new(20_000, "CNY"), "gladly", now.AddDays(14), now.AddDays(7));
        return quote;
    }
}
