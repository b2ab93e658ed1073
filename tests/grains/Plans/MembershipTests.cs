using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Contracts.Economy;

namespace Engage.Grains.Tests.Plans;

/// <summary>What a membership is good for besides what it opens.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task MemberPaysLessForEverythingElseOfTheSellerAndNobodyElseDoes()
    {
        await using var shop = await Shop.OpenAsync();
        await OpenShopAsync(shop, new(DiscountPercent: 15));
        await shop.SubscribeAsync("o-gold", "member");

        var preview = await shop.Platform.Grains.GetGrain<ICustomerGrain>("u-buyer").PreviewAsync(Shop.ByCard("o-one"));
        var member = await shop.OrderAsync("o-one");
        var stranger = await shop.OrderAsync("o-one", buyer: "u-2");
        var elsewhere = await shop.OrderAsync("o-community", "2");

        Assert.Equal((8_499, 1_500), (preview.Preview!.Due.MinorUnits, preview.Preview.Member?.Amount));
        Assert.Equal((8_499, 1_500), (member.Order!.Order.Total, member.Order.Order.Member?.Amount));
        Assert.Equal((9_999, null), (stranger.Order!.Order.Total, stranger.Order.Order.Member));
        Assert.Equal((9_999, null), (elsewhere.Order!.Order.Total, elsewhere.Order.Order.Member));
        Assert.Equal(
            8_499, member.Order.Order.Lines.SelectMany(line => line.Shares).Sum(share => share.Amount));
    }

    [Fact]
    public async Task BestOfSeveralMembershipsCountsAndACouponTakesOfWhatIsLeft()
    {
        await using var shop = await Shop.OpenAsync();
        await OpenShopAsync(shop, new(DiscountPercent: 10));
        await shop.SellAsync(shop.NewOffer("o-club", OfferKind.Subscription) with { Benefits = new(50) });
        await shop.Platform.Grains.GetGrain<ICouponGrain>("HALF").CreateAsync(
            new() { Code = "HALF", Seller = new(new CreatorId("k-1")), Percent = 50 });
        await shop.SubscribeAsync("o-gold", "1");
        await shop.SubscribeAsync("o-club", "2");

        var order = await shop.OrderAsync(Shop.ByCard("o-one") with { Coupon = "HALF" }, "3");
        var tier = await shop.OrderAsync("o-silver", "4");

        // 9,999 less 5,000 as a member, less 2,500 by the coupon.
        Assert.Equal((5_000, 2_500, 2_499), (
            order.Order!.Order.Member?.Amount, order.Order.Order.Discount?.Amount, order.Order.Order.Total));
        Assert.Equal((3_000, null), (tier.Order!.Order.Total, tier.Order.Order.Member));
    }

    [Fact]
    public async Task BenefitsEndWithTheMembership()
    {
        await using var shop = await Shop.OpenAsync();
        await OpenShopAsync(shop, new(DiscountPercent: 15));
        var gold = await shop.SubscribeAsync("o-gold", "member");
        await shop.Subscription(gold.Id).CancelAsync();

        var before = await shop.OrderAsync("o-one", "1");
        shop.Time.MoveTo(gold.PeriodEnd);
        var after = await shop.OrderAsync("o-one", "2");

        Assert.Equal((8_499, 9_999), (before.Order!.Order.Total, after.Order!.Order.Total));
    }

    [Fact]
    public async Task MemberEarnsMoreWhereSheIsOne()
    {
        await using var shop = await Shop.OpenAsync();
        await OpenShopAsync(shop, new(PointsPercent: 150));
        await shop.SubscribeAsync("o-gold", "member");

        foreach (var user in (string[])["u-buyer", "u-2"])
            foreach (var (content, kind) in (IEnumerable<(string, ActivityKind)>)
                [("c-1", ActivityKind.Completed), ("c-2", ActivityKind.Liked)])
                await shop.Platform.AppendAsync(
                    TestPlatform.Event(user, content, kind) with { OccurredAt = shop.Time.GetUtcNow() });
        await shop.Platform.UntilAsync(partition => partition.Applied == partition.Head);

        // 10 and 1, half as much again, half points up.
        Assert.Equal(15 + 2, (await PointsOf("u-buyer").GetAsync()).Points);
        Assert.Equal(10 + 1, (await PointsOf("u-2").GetAsync()).Points);

        IPointsGrain PointsOf(string user) => shop.Platform.Grains.GetGrain<IPointsGrain>(user);
    }

    [Fact]
    public void OnlyMembershipsHaveBenefitsWithinBounds()
    {
        var offer = new Offer
        {
            Id = new("o-1"),
            Kind = OfferKind.Tier,
            Seller = new(new CreatorId("k-1")),
            Title = new() { En = "t" },
            Prices = [new(DateTimeOffset.UnixEpoch, Shop.Month)],
            Interval = BillingInterval.Month,
            Benefits = new(90, 500),
        };

        Assert.Empty(OfferRules.Check(offer));
        foreach (var wrong in (Offer[])
            [
                offer with { Benefits = new(91) }, offer with { Benefits = new(-1) },
                offer with { Benefits = new(0, 99) }, offer with { Benefits = new(0, 501) },
                offer with { Kind = OfferKind.OneOff },
            ])
            Assert.Contains("benefits", Assert.Single(OfferRules.Check(wrong)), StringComparison.Ordinal);
    }

    /// <summary>Two tiers and a course of one creator, and a course that the community sells by itself.</summary>
    private static async Task OpenShopAsync(Shop shop, MemberBenefits benefits)
    {
        await shop.SellAsync(shop.NewOffer("o-gold", OfferKind.Tier) with { Benefits = benefits });
        await shop.SellAsync(shop.NewOffer("o-silver", OfferKind.Tier));
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, new(9_999, "CNY")));
        await shop.SellAsync(shop.NewOffer("o-community", OfferKind.OneOff, new(9_999, "CNY")) with
        {
            Seller = new(null, new CommunityId("g-1")), Grants = [new("community:g-1")],
        });
    }
}
