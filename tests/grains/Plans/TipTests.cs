using System.Text;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Plans;

public sealed class TipTests
{
    private static readonly TipRequest Tip = new(
        "t", "f", new("k-1"), new(1_000, "CNY"), new(PaymentMethod.Card, "tok_ok"), Message: "讲得真好");

    [Fact]
    public async Task WhatIsSaidWithATipIsTheCreatorsToReadOnceItIsPaidAndNowhereInTheBooks()
    {
        await using var shop = await Shop.OpenAsync();
        var patron = shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer");
        shop.Cards.Answer = ChargeOutcome.Unknown;
        await patron.TipAsync(Tip);
        var before = await TipsAsync(shop);
        shop.Cards.Answer = ChargeOutcome.Succeeded;

        var paid = await patron.TipAsync(Tip);
        await patron.TipAsync(Tip with { Key = "silent", Message = null });
        var tips = await TipsAsync(shop);
        await shop.Platform.Grains.GetGrain<IOrderGrain>(paid.Order!.Order.Id.Value).RefundAsync(new(null));

        Assert.Empty(before);
        Assert.Equal([null, "讲得真好"], tips.Select(tip => tip.Message));
        Assert.All(tips, tip => Assert.Equal((Shop.Buyer, 1_000), (tip.From, tip.Amount.MinorUnits)));
        Assert.Null(Assert.Single(await TipsAsync(shop)).Message);
        Assert.DoesNotContain(
            shop.Books.Entries.SelectMany(entry => entry.Documents),
            document => Encoding.UTF8.GetString(document.Body.Span).Contains("讲得", StringComparison.Ordinal)
                || Encoding.UTF8.GetString(document.Body.Span).Contains(@"\u8BB2", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task TooLongAMessageIsRefusedAndNothingIsCharged()
    {
        await using var shop = await Shop.OpenAsync();

        var reply = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer")
            .TipAsync(Tip with { Message = new('a', TipRequest.MessageLengthMax + 1) });

        Assert.Equal("invalid-request", reply.Refusal?.Problem);
        Assert.Empty(shop.Cards.Taken);
    }

    [Fact]
    public async Task TipThatIsWrittenDownUnderAnotherOrdersKeyIsNone()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.SellAsync(shop.NewOffer("o-one", OfferKind.OneOff));
        await shop.OrderAsync("o-one", "t");

        var reply = await shop.Platform.Grains.GetGrain<IPatronGrain>("u-buyer")
            .TipAsync(Tip with { Amount = new(1_000_000, "CNY") });

        Assert.Equal("idempotency-mismatch", reply.Refusal?.Problem);
        Assert.Empty(await TipsAsync(shop));
    }

    private static Task<Tip[]> TipsAsync(Shop shop) =>
        shop.Platform.Grains.GetGrain<ITipsGrain>("creator:k-1").ListAsync();
}
