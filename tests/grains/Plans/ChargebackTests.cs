using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Tests.Plans;

public sealed class ChargebackTests
{
    [Fact]
    public async Task WhatTheBankTookIsOwedByWhoeverHadItAndWhatItOpenedCloses()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        await shop.OrderAsync("o-one");
        var seller = shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1");
        await seller.PayOutAsync(new("u-owner"), new(8_500, "CNY"), "all");
        var before = await shop.MayEnterAsync("creator:k-1");

        shop.Cards.ChargedBack = 10_000;
        var booked = await Order(shop).ChargedBackAsync();
        var again = await Order(shop).ChargedBackAsync();
        var income = await seller.IncomeAsync(
            DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);

        Assert.Equal((true, false), (before, await shop.MayEnterAsync("creator:k-1")));
        Assert.Equal((OrderState.Refunded, false, true), (
            booked.Order!.Order.State, booked.Replayed, again.Replayed));
        Assert.True(Assert.Single(again.Order!.Order.Refunds).Chargeback);
        Assert.Equal((-8_500, 0, 0, 0, 8_500), (
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("provider:card"),
            await shop.BalanceAsync("refunds:due"), await shop.BalanceAsync("platform:income"),
            await shop.BalanceAsync("payouts:paid")));
        Assert.Equal((-8_500, -8_500), (income.Totals[0].Refunds, income.Totals[0].Balance));
        Assert.Contains(income.Kinds, kind => kind is { Kind: "chargeback", Net: -8_500 });
    }

    [Fact]
    public async Task SubscriptionEndsWithItsChargeAndUsedCreditsAreNoReasonToRefuse()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        await shop.SellAsync(shop.NewOffer("o-ten", OfferKind.PerUse) with { Grants = [new("content:c-1")] });
        var subscription = await shop.SubscribeAsync("o-pro");
        await shop.OrderAsync("o-ten", "2");
        await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").UseCreditAsync(new("o-ten"), "content:c-1", "a");

        shop.Cards.ChargedBack = 3_000;
        await Order(shop).ChargedBackAsync();
        var credits = await Order(shop, "2").ChargedBackAsync();

        Assert.Equal(SubscriptionState.Ended, (await shop.Subscription(subscription.Id).GetAsync())!.State);
        Assert.Equal(OrderState.Refunded, credits.Order!.Order.State);
        Assert.Equal(0, await shop.BalanceAsync("provider:card"));
    }

    [Fact]
    public async Task PartIsTakenInPartsAndWhatHadBeenGivenBackIsThePlatformsLoss()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        await shop.OrderAsync("o-one");

        shop.Cards.ChargedBack = 4_000;
        var part = await Order(shop).ChargedBackAsync();
        await Order(shop).RefundAsync(new(null));
        shop.Cards.ChargedBack = 10_000;
        var all = await Order(shop).ChargedBackAsync();

        Assert.Equal((OrderState.PartlyRefunded, 4_000), (part.Order!.Order.State, part.Order.Order.Refunded));
        Assert.Equal((OrderState.Refunded, 10_000), (all.Order!.Order.State, all.Order.Order.ChargedBack));
        // 6,000 were sent back, and taken all the same.
        Assert.Equal((6_000, -6_000, 0), (
            await shop.BalanceAsync("provider:card"), await shop.BalanceAsync("platform:income"),
            await shop.BalanceAsync("creator:k-1")));
    }

    [Fact]
    public async Task WalletThatWasSpentOwesWhatItWasToppedUpWith()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        await shop.SellAsync(
            shop.NewOffer("o-other", OfferKind.OneOff, new(10_000, "CNY")) with { Grants = [new("content:c-1")] });
        await shop.Platform.Grains.GetGrain<IOrderGrain>("o-top").PlaceAsync(new(
            Shop.Buyer, "top", null,
            new()
            {
                Kind = OrderKind.TopUp,
                Currency = "CNY",
                Lines = [new(1, new() { En = "t" }, null, 1, 10_000, 10_000, [new("wallet:u-buyer", 10_000)], [])],
                Sources = [new(PaymentMethod.Card, 10_000)],
                Token = "tok_ok",
            }));
        await shop.OrderAsync(new OrderRequest { Offer = new("o-one"), Pay = new(PaymentMethod.Wallet) });

        shop.Cards.ChargedBack = -1;
        var silent = await shop.Platform.Grains.GetGrain<IOrderGrain>("o-top").ChargedBackAsync();
        shop.Cards.ChargedBack = 10_000;
        await shop.Platform.Grains.GetGrain<IOrderGrain>("o-top").ChargedBackAsync();
        var unpaid = await shop.OrderAsync(
            new OrderRequest { Offer = new("o-other"), Pay = new(PaymentMethod.Wallet) }, "2");
        var wallet = await Order(shop).ChargedBackAsync();

        Assert.Equal("not-ready", silent.Refusal?.Problem);
        Assert.Equal(-10_000, await shop.BalanceAsync("wallet:u-buyer"));
        Assert.Equal("insufficient-funds", unpaid.Order!.Order.Failure?.Code);
        Assert.Equal("order-state", wallet.Refusal?.Problem);
    }

    [Fact]
    public async Task MoneyThatCameTooLateForItsOrderIsNobodysLoss()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        (shop.Cards.ChargedBack, shop.Cards.GivesBack) = (-1, false);
        await shop.OrderAsync("o-one");
        await Order(shop).CancelAsync();
        shop.Cards.ChargedBack = 0;
        // A silent provider is asked once a second at most.
        shop.Time.Advance(TimeSpan.FromSeconds(2));
        var late = await Order(shop).GetAsync();

        shop.Cards.ChargedBack = 10_000;
        var booked = await Order(shop).ChargedBackAsync();
        var again = await Order(shop).ChargedBackAsync();

        Assert.Equal((PaymentState.Succeeded, RefundState.Sending), (
            late!.Payment.State, Assert.Single(late.Order.Refunds).State));
        Assert.Equal((OrderState.Cancelled, true), (booked.Order!.Order.State, again.Replayed));
        Assert.All(booked.Order.Order.Refunds, refund => Assert.Equal(RefundState.Done, refund.State));
        Assert.Equal((0, 0, 0, 0), (
            await shop.BalanceAsync("provider:card"), await shop.BalanceAsync("refunds:due"),
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("platform:income")));
    }

    [Fact]
    public async Task BankThatIsFasterThanTheNewsOfTheChargeIsNotForgotten()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(10_000, "CNY")));
        shop.Cards.ChargedBack = -1;
        await shop.OrderAsync("o-one");

        var silent = await Order(shop).ChargedBackAsync();
        shop.Cards.ChargedBack = 10_000;
        var booked = await Order(shop).ChargedBackAsync();

        Assert.Equal("not-ready", silent.Refusal?.Problem);
        Assert.Equal((OrderState.Refunded, 10_000), (booked.Order!.Order.State, booked.Order.Order.ChargedBack));
        Assert.False(await shop.MayEnterAsync("creator:k-1"));
        Assert.Equal((0, 0), (await shop.BalanceAsync("provider:card"), await shop.BalanceAsync("creator:k-1")));
    }

    private static IOrderGrain Order(Shop shop, string key = "1") =>
        shop.Platform.Grains.GetGrain<IOrderGrain>(OrderId.Of(Shop.Buyer, key).Value);
}
