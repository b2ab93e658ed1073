using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Grains.Commerce.Sales;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Plans;

/// <summary>Which event a sale is: whose, of what, of how much.</summary>
public sealed class SaleEventsTests
{
    private static readonly Seller Seller = new(new CreatorId("k-1"), new CommunityId("g-1"));

    [Fact]
    public async Task SubscriptionIsBoughtWithItsFirstPaymentAndNotWithTheNext()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-pro", OfferKind.Subscription));
        var subscription = await shop.SubscribeAsync("o-pro");
        shop.Time.MoveTo(subscription.PeriodEnd);
        await shop.LookAsync(subscription.Id);
        await ReportAsync(shop);
        var purchase = Assert.Single(await PurchasesAsync(shop));
        await shop.Platform.UntilAsync(partition => partition.Applied == partition.Head);
        var board = await shop.Platform.Grains.GetGrain<ICreatorBoardGrain>("k-1").GetBoardAsync(0);

        Assert.Equal(1, shop.Count("renewal"));
        Assert.Equal((Seller.Creator, Seller.Community, null), (
            purchase.Creator, purchase.Community, purchase.Content));
        Assert.Equal([new(Shop.Month.Currency, Shop.Month.MinorUnits, 1)], board!.Sales);
    }

    [Fact]
    public async Task GiftIsBoughtByWhoGivesItAndClaimingItBuysNothing()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff) with { Grants = [new("content:c-1")] });
        var reply = await shop.OrderAsync(Shop.ByCard("o-one") with { Gift = new() });
        var code = reply.Order!.Order.Subject!.Split(':')[1];

        var claim = await shop.Platform.Grains.GetGrain<Contracts.Commerce.Plans.IGiftGrain>(code)
            .ClaimAsync(new("u-friend"));
        await ReportAsync(shop);
        var purchase = Assert.Single(await PurchasesAsync(shop));

        Assert.Null(claim.Refusal);
        Assert.Equal((new ContentId("c-1"), 3_000), (purchase.Content, purchase.Value));
        Assert.Empty(await PurchasesAsync(shop, "u-friend"));
    }

    [Theory]
    [InlineData(OrderKind.Sale, true)]
    [InlineData(OrderKind.Quote, true)]
    [InlineData(OrderKind.Renewal, false)]
    [InlineData(OrderKind.TopUp, false)]
    [InlineData(OrderKind.Tip, false)]
    public void OnlyADecisionToBuyIsAnEvent(OrderKind kind, bool expected) =>
        Assert.Equal(expected, SaleEvents.Concern(NewOrder(kind)));

    [Fact]
    public void EachLineIsAnEventOfItsOwnContentAndAmount()
    {
        var order = NewOrder(OrderKind.Sale, Line(1, 700, "content:c-1"), Line(2, 300, "content:c-2", "room:r-1"));

        var events = SaleEvents.Of(order).ToArray();

        Assert.Equal(["c-1", "c-2"], events.Select(activity => activity.Content!.Value.Value));
        Assert.Equal([700, 300], events.Select(activity => activity.Value!.Value));
        Assert.Equal(2, events.Select(activity => activity.EventId).Distinct().Count());
        Assert.Equal(
            events.Select(activity => activity.EventId), SaleEvents.Of(order).Select(activity => activity.EventId));
    }

    [Theory]
    [InlineData("content:c-1", "content:c-2")]
    [InlineData("creator:k-1")]
    [InlineData("room:r-1")]
    [InlineData]
    public void WhatIsNotOfOneContentIsItsSellersSale(params string[] scopes)
    {
        var sale = Assert.Single(SaleEvents.Of(NewOrder(OrderKind.Sale, Line(1, 500, scopes))));

        Assert.Equal((null, Seller.Creator, Seller.Community), (sale.Content, sale.Creator, sale.Community));
        Assert.Null(ActivityEventRules.Check(sale, sale.OccurredAt));
    }

    private static OrderLine Line(int number, long amount, params string[] scopes) => new(
        number, new() { En = "x" }, new OfferId("o-1"), 1, amount, amount, [],
        [.. scopes.Select(scope => new Grant(scope))], Seller);

    private static Order NewOrder(OrderKind kind, params OrderLine[] lines) => new()
    {
        Id = new("o-1"),
        Kind = kind,
        Buyer = Shop.Buyer,
        State = OrderState.Paid,
        Fingerprint = "",
        Currency = "CNY",
        Total = lines.Sum(line => line.Amount),
        Lines = lines,
        PaidAt = MovedTime.Start,
    };

    private static async Task ReportAsync(Shop shop)
    {
        var report = shop.Platform.Grains.GetGrain<ISalesReportGrain>(ISalesReportGrain.Key);
        while (await report.ReportAsync())
        {
        }
    }

    private static async Task<ActivityEvent[]> PurchasesAsync(Shop shop, string user = "u-buyer")
    {
        var page = await shop.Platform.Services.GetRequiredService<IActivityJournal>()
            .ReadUserAsync(new(user), 0, 100, CancellationToken.None);
        return [.. page.Select(at => at.Event).Where(activity => activity.Kind == ActivityKind.Purchased)];
    }
}
