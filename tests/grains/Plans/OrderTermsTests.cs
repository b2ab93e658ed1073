using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests.Plans;

public sealed class OrderTermsTests
{
    private static readonly Money Price = new(9_999, "CNY");

    [Fact]
    public async Task CouponTakesItsShareOffInTheBuyersFavourAndTheLastUseIsGivenOnce()
    {
        await using var shop = await OpenAsync();
        await shop.Platform.Grains.GetGrain<ICouponGrain>("SPRING")
            .CreateAsync(NewCoupon("SPRING") with { Percent = 15, Uses = 3, PerUser = 2 });

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            shop.OrderAsync(WithCoupon("spring"), $"{i}", $"u-{i}")));
        var paid = replies.Where(reply => reply.Order?.Order.State == OrderState.Paid).ToArray();
        var left = (await shop.Platform.Grains.GetGrain<ICouponGrain>("SPRING").GetAsync())!.Left;

        Assert.Equal((3, 0L), (paid.Length, left));
        Assert.All(paid, reply => Assert.Equal((8_499, 1_500), (
            reply.Order!.Order.Total, reply.Order.Order.Discount!.Amount)));
        // Cards of those who came too late were charged, and get it back.
        Assert.Equal(-3 * 8_499, await shop.BalanceAsync(LedgerAccounts.CardProvider)
            + await shop.BalanceAsync(LedgerAccounts.RefundsDue));
    }

    [Fact]
    public async Task CouponIsRefusedToWhoeverUsedItAndOutsideItsWindow()
    {
        await using var shop = await OpenAsync();
        var now = shop.Time.GetUtcNow();
        await shop.Platform.Grains.GetGrain<ICouponGrain>("ONCE")
            .CreateAsync(NewCoupon("ONCE") with { Amount = new Money(500, "CNY"), Until = now.AddDays(1) });

        var first = await shop.OrderAsync(WithCoupon("ONCE"), "1");
        var again = await shop.OrderAsync(WithCoupon("ONCE"), "2");
        shop.Time.Advance(TimeSpan.FromDays(2));
        var late = await shop.OrderAsync(WithCoupon("ONCE"), "3", "u-2");
        var unknown = await shop.OrderAsync(WithCoupon("NEVER"), "4", "u-2");

        Assert.Equal(9_499, first.Order!.Order.Total);
        Assert.Contains("usedByYou", again.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("over", late.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal("coupon-refused", unknown.Refusal!.Problem);
    }

    [Fact]
    public async Task BundleHasALinePerOfferWhosePartsAddUpToItsPrice()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-two", OfferKind.OneOff, new(3_333, "CNY")) with
        {
            Grants = [new("content:c-2")],
        });
        await shop.SellAsync(shop.NewOffer("o-both", OfferKind.Bundle, new(10_000, "CNY")) with
        {
            Items = [new("o-one"), new("o-two")], Grants = [],
        });

        var order = (await shop.OrderAsync("o-both")).Order!.Order;

        Assert.Equal(
            (OrderState.Paid, 2, 10_000), (order.State, order.Lines.Length, order.Lines.Sum(line => line.Amount)));
        Assert.Equal([7_500, 2_500], order.Lines.Select(line => line.Amount));
        Assert.True(await shop.MayEnterAsync("content:c-1") && await shop.MayEnterAsync("content:c-2"));
    }

    [Fact]
    public async Task CreditsAreUsedOneByOneAndNeverBelowNothing()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-ten", OfferKind.PerUse) with
        {
            Credits = 2, Grants = [new("creator:k-1")],
        });
        // Locked by an offer that opens them by name.
        foreach (var i in (int[])[2, 3, 4])
            await shop.SellAsync(shop.NewOffer($"o-c{i}", OfferKind.OneOff) with { Grants = [new($"content:c-{i}")] });
        await shop.OrderAsync("o-ten");
        var patron = shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer");

        var before = await patron.CreditsAsync();
        var first = await patron.UseCreditAsync(new("o-ten"), "content:c-2", "a");
        var again = await patron.UseCreditAsync(new("o-ten"), "content:c-2", "a");
        var second = await patron.UseCreditAsync(new("o-ten"), "content:c-3", "b");
        var third = await patron.UseCreditAsync(new("o-ten"), "content:c-4", "c");

        Assert.Equal(2, Assert.Single(before).Left);
        Assert.Equal((1, 1, 0), (first.Left, again.Left, second.Left));
        Assert.Equal("no-credits", third.Refusal?.Problem);
        Assert.True(await shop.MayEnterAsync("content:c-2") && await shop.MayEnterAsync("content:c-3"));
        Assert.False(await shop.MayEnterAsync("content:c-4"));
    }

    [Fact]
    public async Task GiftOpensNothingUntilItIsClaimedAndThenForOneAlone()
    {
        await using var shop = await OpenAsync();
        var order = (await shop.OrderAsync(
            Shop.ByCard("o-one") with { Gift = new("小林", "Happy birthday") })).Order!.Order;
        var code = Assert.Single(await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").GiftsAsync()).Code;
        var before = await shop.MayEnterAsync() || await shop.MayEnterAsync(user: "u-lin");

        var replies = await Task.WhenAll(((string[])["u-lin", "u-eve"]).Select(user =>
            shop.Platform.Grains.GetGrain<IGiftGrain>(code).ClaimAsync(new(user))));
        var open = await Task.WhenAll(((string[])["u-lin", "u-eve", "u-buyer"]).Select(user =>
            shop.MayEnterAsync(user: user)));
        await shop.Platform.Grains.GetGrain<IOrderGrain>(order.Id.Value).RefundAsync(new(null));

        Assert.False(before);
        Assert.Equal("Happy birthday", replies[0].Gift!.Message);
        Assert.Equal("gift-claimed", replies[1].Refusal!.Problem);
        Assert.Equal([true, false, false], open);
        Assert.False(await shop.MayEnterAsync(user: "u-lin"));
        Assert.DoesNotContain(
            shop.Books.Entries.SelectMany(entry => entry.Documents),
            document => System.Text.Encoding.UTF8.GetString(document.Body.Span)
                .Contains("Happy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PointsPayAPartOfAnOrderAndComeBackWithARefund()
    {
        await using var shop = await OpenAsync();
        await shop.Platform.AppendAsync(Event("u-buyer", "c-3", ActivityKind.Completed) with
        {
            OccurredAt = shop.Time.GetUtcNow(),
        });
        await shop.Platform.UntilAsync(partition => partition.Applied == partition.Head);

        var order = (await shop.OrderAsync(
            Shop.ByCard("o-one") with { Pay = new(PaymentMethod.Card, "tok_ok", Points: 10) })).Order!.Order;
        var spent = await shop.BalanceAsync("points:u-buyer", "points");
        var more = await shop.OrderAsync(
            Shop.ByCard("o-one") with { Pay = new(PaymentMethod.Card, "tok_ok", Points: 1) }, "2");
        await shop.Platform.Grains.GetGrain<IOrderGrain>(order.Id.Value).RefundAsync(new(null));

        Assert.Equal([(PaymentMethod.Points, 10L), (PaymentMethod.Card, 9_989L)],
            order.Sources.Select(source => (source.Method, source.Amount)));
        Assert.Equal((0, 10), (spent, await shop.BalanceAsync("points:u-buyer", "points")));
        Assert.Equal("insufficient-points", more.Refusal?.Problem);
    }

    [Fact]
    public async Task TipIsTheCreatorsLessWhatThePlatformTakes()
    {
        await using var shop = await OpenAsync();
        var tip = new TipRequest("t", "f", new("k-1"), new(1_000, "CNY"), new(PaymentMethod.Card, "tok_ok"));

        var first = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").TipAsync(tip);
        var again = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer").TipAsync(tip);

        Assert.Equal((OrderKind.Tip, OrderState.Paid), (first.Order!.Order.Kind, first.Order.Order.State));
        Assert.True(again.Replayed);
        Assert.Equal((900, 100), (await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("platform:income")));
    }

    private static async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff, Price) with { Grants = [new("content:c-1")] });
        return shop;
    }

    private static Coupon NewCoupon(string code) => new() { Code = code, Seller = new(new CreatorId("k-1")) };

    private static OrderRequest WithCoupon(string code) => Shop.ByCard("o-one") with { Coupon = code };
}
