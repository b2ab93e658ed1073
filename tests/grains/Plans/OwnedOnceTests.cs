using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Plans;

/// <summary>What one has for ever, or a running pass to, is not bought again: not even at the same time.</summary>
public sealed class OwnedOnceTests
{
    [Theory]
    [InlineData(PaymentMethod.Card)]
    [InlineData(PaymentMethod.Wallet)]
    public async Task OfManyOrdersAtOnceUnderTheirOwnKeysOneIsPlaced(PaymentMethod method)
    {
        await using var shop = await OpenAsync();
        await FillAsync(shop, 100_000);
        var charges = shop.Cards.Taken.Count;

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => shop.OrderAsync(By(method, "o-one"), $"{i}")));
        var placed = Assert.Single(replies, reply => reply.Order is not null).Order!.Order;

        Assert.Equal(OrderState.Paid, placed.State);
        Assert.Equal(11, replies.Count(reply => reply.Refusal?.Problem == "already-owned"));
        Assert.Equal(method == PaymentMethod.Card ? 1 : 0, shop.Cards.Taken.Count - charges);
        Assert.Equal(method == PaymentMethod.Card ? 100_000 : 97_000, await shop.BalanceAsync("wallet:u-buyer"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SeveralOfWhatIsOpenedOnceAreRefusedAndNothingIsCharged(bool isGift)
    {
        await using var shop = await OpenAsync();

        var reply = await shop.OrderAsync(
            Shop.ByCard("o-one") with { Quantity = 2, Gift = isGift ? new("小林") : null });

        Assert.Equal("invalid-request", reply.Refusal?.Problem);
        Assert.Contains("quantity", reply.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Empty(shop.Cards.Taken);
    }

    [Fact]
    public async Task WhileTheFirstIsNotKnownTheSecondIsRefusedAndItsCardIsNotAsked()
    {
        await using var shop = await OpenAsync();
        shop.Cards.Answer = ChargeOutcome.Unknown;
        var first = await shop.OrderAsync("o-one", "1");
        shop.Cards.Answer = ChargeOutcome.Succeeded;

        var second = await shop.OrderAsync("o-one", "2");
        await Order(shop, first).CancelAsync();
        var third = await shop.OrderAsync("o-one", "3");

        Assert.Equal(OrderState.Pending, first.Order!.Order.State);
        Assert.Equal("already-owned", second.Refusal?.Problem);
        Assert.Contains(first.Order.Order.Id.Value, second.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(OrderState.Paid, third.Order!.Order.State);
        Assert.Equal(third.Order.Order.Id, Assert.Single(shop.Cards.Taken).Order);
    }

    /// <summary>Each of them ends between two of its steps, and goes on when the other has begun.</summary>
    [Theory]
    [InlineData(":placed")]
    [InlineData(":paid")]
    public async Task CrashBetweenTheStepsOfTwoOrdersLeavesOneThatIsCharged(string step)
    {
        await using var shop = await OpenAsync();
        var crashes = 2;
        shop.Books.After = entry =>
        {
            if (entry.Key.EndsWith(step, StringComparison.Ordinal) && Interlocked.Decrement(ref crashes) >= 0)
                throw new IOException("ended before the answer");
        };

        var tries = Enumerable.Range(0, 2).Select(async i =>
        {
            for (var tries = 0; ; tries++)
                try
                {
                    return await shop.OrderAsync("o-one", $"{i}");
                }
                catch (IOException) when (tries < 10)
                {
                    // Sent again, as a client does.
                }
        });
        var replies = await Task.WhenAll(tries);

        Assert.Single(replies, reply => reply.Order?.Order.State == OrderState.Paid);
        Assert.Single(replies, reply => reply.Refusal?.Problem == "already-owned");
        Assert.Single(shop.Cards.Taken);
        Assert.Equal(-3_000, await shop.BalanceAsync(LedgerAccounts.CardProvider));
    }

    [Fact]
    public async Task WhatFailedOrWasGivenBackMayBeBoughtAgain()
    {
        await using var shop = await OpenAsync();
        shop.Cards.Answer = ChargeOutcome.Declined;
        var failed = await shop.OrderAsync("o-one", "1");
        shop.Cards.Answer = ChargeOutcome.Succeeded;
        var second = await shop.OrderAsync("o-one", "2");
        await Order(shop, second).RefundAsync(new(null));

        var third = await shop.OrderAsync("o-one", "3");
        var other = await shop.OrderAsync("o-one", "1", "u-other");

        Assert.Equal(OrderState.Failed, failed.Order!.Order.State);
        Assert.Equal(
            (OrderState.Paid, OrderState.Paid), (third.Order!.Order.State, other.Order!.Order.State));
    }

    [Fact]
    public async Task PassRunsOnceAndAgainWhenItIsOverAndForEverIsMoreThanAPass()
    {
        await using var shop = await OpenAsync();
        foreach (var days in (int[])[30, 365])
            await shop.SellAsync(shop.NewOffer($"o-{days}", OfferKind.OneOff) with
            {
                Grants = [new("content:c-1", days)],
            });

        var first = await shop.OrderAsync("o-30", "1");
        var again = await shop.OrderAsync("o-30", "2");
        var longer = await shop.OrderAsync("o-365", "3");
        shop.Time.Advance(TimeSpan.FromDays(31));
        var next = await shop.OrderAsync("o-30", "4");
        var forEver = await shop.OrderAsync("o-one", "5");
        shop.Time.Advance(TimeSpan.FromDays(31));
        var needless = await shop.OrderAsync("o-30", "6");

        Assert.Equal(("already-owned", "already-owned"), (again.Refusal?.Problem, needless.Refusal?.Problem));
        Assert.All([first, longer, next, forEver], reply => Assert.Equal(OrderState.Paid, reply.Order?.Order.State));
    }

    [Fact]
    public async Task BundleIsSoldAsLongAsOneOfItsPartsIsNew()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-two", OfferKind.OneOff) with { Grants = [new("content:c-2")] });
        await shop.SellAsync(shop.NewOffer("o-both", OfferKind.Bundle) with
        {
            Items = [new("o-one"), new("o-two")], Grants = [],
        });
        await shop.OrderAsync("o-one", "1");

        var both = await shop.OrderAsync("o-both", "2");
        var two = await shop.OrderAsync("o-two", "3");
        var again = await shop.OrderAsync("o-both", "4");

        Assert.Equal(OrderState.Paid, both.Order?.Order.State);
        Assert.Equal(("already-owned", "already-owned"), (two.Refusal?.Problem, again.Refusal?.Problem));
    }

    [Fact]
    public async Task OneCreatorLetsPeopleInForSeveralThingsEachOnceAndAContentWhicheverOfferOpensIt()
    {
        await using var shop = await OpenAsync();
        foreach (var id in (string[])["o-all", "o-more"])
            await shop.SellAsync(shop.NewOffer(id, OfferKind.OneOff) with { Grants = [new("creator:k-1")] });
        await shop.SellAsync(shop.NewOffer("o-same", OfferKind.OneOff) with { Grants = [new("content:c-1")] });

        var replies = new[]
        {
            await shop.OrderAsync("o-all", "1"), await shop.OrderAsync("o-more", "2"),
            await shop.OrderAsync("o-one", "3"),
        };
        var (again, same) = (await shop.OrderAsync("o-all", "4"), await shop.OrderAsync("o-same", "5"));

        Assert.All(replies, reply => Assert.Equal(OrderState.Paid, reply.Order?.Order.State));
        Assert.Equal(("already-owned", "already-owned"), (again.Refusal?.Problem, same.Refusal?.Problem));
    }

    [Fact]
    public async Task GiftsAndCreditsAreBoughtAsOftenAsSheLikesAndAClaimedGiftIsHers()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-ten", OfferKind.PerUse));
        await shop.OrderAsync("o-one", "own");
        var gift = Shop.ByCard("o-one") with { Gift = new("小林") };

        var replies = new[]
        {
            await shop.OrderAsync(gift, "1"), await shop.OrderAsync(gift, "2"), await shop.OrderAsync("o-ten", "3"),
            await shop.OrderAsync("o-ten", "4"),
        };
        var given = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").GiftsAsync();
        await shop.Platform.Grains.GetGrain<IGiftGrain>(given[0].Code).ClaimAsync(new("u-lin"));
        var hers = await shop.OrderAsync("o-one", "5", "u-lin");

        Assert.All(replies, reply => Assert.Equal(OrderState.Paid, reply.Order?.Order.State));
        Assert.Equal("already-owned", hers.Refusal?.Problem);
    }

    private static async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        return shop;
    }

    private static IOrderGrain Order(Shop shop, OrderReply reply) =>
        shop.Platform.Grains.GetGrain<IOrderGrain>(reply.Order!.Order.Id.Value);

    private static OrderRequest By(PaymentMethod method, string offer) => new()
    {
        Offer = new(offer), Pay = new(method, method == PaymentMethod.Card ? "tok_ok" : null),
    };

    private static Task<OrderReply> FillAsync(Shop shop, long amount) => shop.Platform.Grains
        .GetGrain<IOrderGrain>(OrderId.Of(Shop.Buyer, "top-up").Value).PlaceAsync(new(
            Shop.Buyer, "top-up", null,
            new()
            {
                Kind = OrderKind.TopUp,
                Currency = "CNY",
                Lines =
                [
                    new(1, new() { En = "top-up" }, null, 1, amount, amount, [new("wallet:u-buyer", amount)], []),
                ],
                Sources = [new(PaymentMethod.Card, amount)],
                Token = "tok_ok",
            }));
}
