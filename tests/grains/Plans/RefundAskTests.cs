using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests.Plans;

/// <summary>Who takes her money back by herself, and about whom somebody decides.</summary>
public sealed class RefundAskTests
{
    [Theory]
    [InlineData(null, OrderState.Refunded, null)]
    [InlineData(0.19, OrderState.Refunded, null)]
    [InlineData(0.2, OrderState.Paid, RefundAskReason.Used)]
    public async Task SoonAndNextToUnusedSheTakesItBackOtherwiseSomebodyDecides(
        double? watched, OrderState state, RefundAskReason? because)
    {
        await using var shop = await OpenAsync();
        var order = await BuyAsync(shop);
        if (watched is { } share) await WatchAsync(shop, "c-1", share);
        await WatchAsync(shop, "c-2", 1);

        var asked = await order.AskRefundAsync(new(Shop.Buyer, Reason: "too hard"));
        var again = await order.AskRefundAsync(new(Shop.Buyer));
        var open = await AsksAsync(shop, "creator:k-1");

        Assert.Equal((state, because), (asked.Order!.Order.State, asked.Order.Order.Asked?.Because));
        Assert.True(again.Replayed);
        Assert.Equal(because is null ? [] : ["too hard"], open.Select(ask => ask.Reason));
        Assert.Equal(
            because is null ? 0 : -9_999,
            await shop.BalanceAsync(LedgerAccounts.CardProvider) + await shop.BalanceAsync(LedgerAccounts.RefundsDue));
    }

    [Fact]
    public async Task AfterTheWindowItIsAskedAndWhatIsDeclinedStaysSo()
    {
        await using var shop = await OpenAsync();
        var order = await BuyAsync(shop);
        shop.Time.Advance(TimeSpan.FromDays(8));

        var asked = await order.AskRefundAsync(new(Shop.Buyer));
        var (here, everywhere) = (await AsksAsync(shop, "creator:k-1"), await AsksAsync(shop, IRefundAsksGrain.All));
        var declined = await order.DeclineRefundAsync();
        var once = await order.DeclineRefundAsync();
        var again = await order.AskRefundAsync(new(Shop.Buyer));
        var after = await AsksAsync(shop, "creator:k-1");
        var given = await order.RefundAsync(new(null));

        Assert.Equal(RefundAskReason.Late, asked.Order!.Order.Asked!.Because);
        Assert.Equal((1, 1, 0), (here.Length, everywhere.Length, after.Length));
        Assert.NotNull(declined.Order!.Order.Asked!.DeclinedAt);
        Assert.Null(once.Refusal);
        Assert.Equal("order-state", again.Refusal?.Problem);
        Assert.Equal(OrderState.Refunded, given.Order!.Order.State);
    }

    [Fact]
    public async Task WhatTheSellerHasTakenOutAlreadySomebodyDecides()
    {
        await using var shop = await OpenAsync();
        var order = await BuyAsync(shop);
        await shop.Platform.Grains.GetGrain<ISellerGrain>("creator:k-1")
            .PayOutAsync(new("u-owner"), new(5_000, "CNY"), "p");

        var asked = await order.AskRefundAsync(new(Shop.Buyer));

        Assert.Equal(
            (OrderState.Paid, RefundAskReason.PaidOut),
            (asked.Order!.Order.State, asked.Order.Order.Asked?.Because));
    }

    [Fact]
    public async Task UsedCreditsAndClaimedGiftsCountAsWhatWasDoneWithThem()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-ten", OfferKind.PerUse) with { Credits = 5 });
        var credits = await BuyAsync(shop, "o-ten", "credits");
        await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").UseCreditAsync(new("o-ten"), "content:c-1", "a");
        var gift = shop.Platform.Grains.GetGrain<IOrderGrain>((await shop.OrderAsync(
            Shop.ByCard("o-one") with { Gift = new("小林") }, "gift")).Order!.Order.Id.Value);
        var code = Assert.Single(await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").GiftsAsync()).Code;
        await shop.Platform.Grains.GetGrain<IGiftGrain>(code).ClaimAsync(new("u-lin"));
        await WatchAsync(shop, "c-1", 0.9, "u-lin");

        var ofCredits = await credits.AskRefundAsync(new(Shop.Buyer));
        var ofGift = await gift.AskRefundAsync(new(Shop.Buyer));

        Assert.Equal(
            (RefundAskReason.Used, RefundAskReason.Used),
            (ofCredits.Order!.Order.Asked?.Because, ofGift.Order!.Order.Asked?.Because));
    }

    [Fact]
    public async Task WhoeverWouldKeepWhatSheBoughtForAMinorUnitAsks()
    {
        await using var shop = await OpenAsync();
        var order = await BuyAsync(shop);

        var part = await order.AskRefundAsync(new(Shop.Buyer, 9_998, Key: "r"));
        var opened = await shop.MayEnterAsync();

        Assert.Equal(
            (OrderState.Paid, RefundAskReason.Part, true),
            (part.Order!.Order.State, part.Order.Order.Asked?.Because, opened));
    }

    [Theory]
    [InlineData(OfferKind.OneOff)]
    [InlineData(OfferKind.Subscription)]
    public async Task WhatSheTookBackOnceSheDoesNotTakeBackAgain(OfferKind kind)
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-same", kind) with { Grants = [new("content:c-3")] });
        await shop.SellAsync(shop.NewOffer("o-two", OfferKind.OneOff) with { Grants = [new("content:c-2")] });
        var first = await (await BuyAsync(shop, "o-same", "1")).AskRefundAsync(new(Shop.Buyer));

        var second = await (await BuyAsync(shop, "o-same", "2")).AskRefundAsync(new(Shop.Buyer));
        var other = await (await BuyAsync(shop, "o-two", "3")).AskRefundAsync(new(Shop.Buyer));

        Assert.Equal((OrderState.Refunded, OrderState.Refunded), (
            first.Order!.Order.State, other.Order!.Order.State));
        Assert.Equal(
            (OrderState.Paid, RefundAskReason.Again),
            (second.Order!.Order.State, second.Order.Order.Asked?.Because));
    }

    [Fact]
    public void LectureIsAttendedForAsLongAsSheWasThere()
    {
        var began = MovedTime.Start;
        ActivityEvent At(int minute, ActivityKind kind) =>
            Event("u-1", "c-1", kind) with { OccurredAt = began.AddMinutes(minute) };
        var ended = began.AddMinutes(100);

        var twice = WatchedShares.Attended(
            [At(-5, ActivityKind.Joined), At(10, ActivityKind.Left), At(20, ActivityKind.Joined),
                At(25, ActivityKind.Left)], began, ended);
        var still = WatchedShares.Attended([At(70, ActivityKind.Joined)], began, ended);
        var lostLeaving = WatchedShares.Attended(
            [At(0, ActivityKind.Joined), At(10, ActivityKind.Joined), At(30, ActivityKind.Left)], began, ended);
        var afterwards = WatchedShares.Attended(
            [At(120, ActivityKind.Joined), At(150, ActivityKind.Left)], began, ended);

        Assert.Equal((0.15, 0.3, 0.3, 0.0), (twice, still, lostLeaving, afterwards));
    }

    [Fact]
    public async Task OpenAskIsFoundBehindManyThatAreDecided()
    {
        const int Decided = 100;
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-ten", OfferKind.PerUse) with { Credits = 5 });
        var orders = new List<IOrderGrain>();
        for (var n = 0; n <= Decided; n++) orders.Add(await BuyAsync(shop, "o-ten", $"{n}"));
        shop.Time.Advance(TimeSpan.FromDays(8));

        foreach (var order in orders) await order.AskRefundAsync(new(Shop.Buyer));
        foreach (var order in orders.Skip(1)) await order.DeclineRefundAsync();
        var open = await AsksAsync(shop, "creator:k-1");

        Assert.Equal(orders[0].GetPrimaryKeyString(), Assert.Single(open).Order.Id.Value);
    }

    private static async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync();
        await shop.SellAsync(
            shop.NewOffer("o-one", OfferKind.OneOff, new(9_999, "CNY")) with { Grants = [new("content:c-1")] });
        return shop;
    }

    private static async Task<IOrderGrain> BuyAsync(Shop shop, string offer = "o-one", string key = "1") =>
        shop.Platform.Grains.GetGrain<IOrderGrain>((await shop.OrderAsync(offer, key)).Order!.Order.Id.Value);

    private static async Task WatchAsync(Shop shop, string content, double share, string user = "u-buyer")
    {
        var outcome = Assert.Single(await shop.Platform.AppendAsync(
            Event(user, content, ActivityKind.Progressed) with
            {
                Value = share, OccurredAt = shop.Time.GetUtcNow(),
            }));
        Assert.Null(outcome.Error);
    }

    private static Task<OpenRefundAsk[]> AsksAsync(Shop shop, string whose) =>
        shop.Platform.Grains.GetGrain<IRefundAsksGrain>(whose).ListAsync();
}
