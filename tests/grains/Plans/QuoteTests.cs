using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Plans;

public sealed class QuoteTests
{
    private static readonly UserId Owner = new("u-owner");
    private static readonly PayRequest Card = new(PaymentMethod.Card, "tok_ok");

    [Fact]
    public async Task MoneyIsHeldUntilTheWorkIsApproved()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = await OfferedAsync(shop);

        var paid = await quote.AcceptAsync(Card);
        var again = await quote.AcceptAsync(Card);
        var held = (await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("quote:q-1"));
        await quote.DeliverAsync(Owner, "here it is");
        var approved = await quote.ApproveAsync();
        await quote.ApproveAsync();

        Assert.Equal((OrderState.Paid, paid.Order!.Order.Id), (paid.Order.Order.State, again.Order!.Order.Id));
        Assert.Equal((0, 20_000), held);
        Assert.Equal((QuoteState.Approved, "here it is"), (approved.Quote!.State, approved.Quote.Delivered!.Text));
        Assert.Equal((18_000, 2_000, 0), (
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("platform:income"),
            await shop.BalanceAsync("quote:q-1")));
        Assert.Single(shop.Cards.Taken);
    }

    [Fact]
    public async Task RefusedCardLeavesRoomForAnother()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = await OfferedAsync(shop);
        shop.Cards.Answer = ChargeOutcome.Declined;

        var refused = await quote.AcceptAsync(Card);
        shop.Cards.Answer = ChargeOutcome.Succeeded;
        var paid = await quote.AcceptAsync(Card);

        Assert.Equal((OrderState.Failed, OrderState.Paid), (refused.Order!.Order.State, paid.Order!.Order.State));
        Assert.Equal(QuoteState.Accepted, (await quote.GetAsync())!.State);
    }

    [Fact]
    public async Task DisputeIsSettledWithAPartForEachSide()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = await OfferedAsync(shop);
        await quote.AcceptAsync(Card);
        await quote.DeliverAsync(Owner, "half of it");

        await quote.DisputeAsync("the other half is missing");
        var early = await quote.ApproveAsync();
        var settled = await quote.SettleAsync(10_000);
        await quote.SettleAsync(10_000);

        Assert.Equal("quote-state", early.Refusal?.Problem);
        Assert.Equal((QuoteState.Settled, 10_000), (settled.Quote!.State, settled.Quote.GivenBack));
        Assert.Equal((9_000, 1_000, -10_000), (
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("platform:income"),
            await shop.BalanceAsync(LedgerAccounts.CardProvider)));
    }

    [Fact]
    public async Task RefundAfterThePayoutTakesBackFromThoseWhoGotIt()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = await OfferedAsync(shop);
        var order = (await quote.AcceptAsync(Card)).Order!.Order.Id;
        await quote.DeliverAsync(Owner, "here it is");
        await quote.ApproveAsync();

        foreach (var (amount, index) in ((long[])[3_333, 6_667, 10_000]).Select((amount, index) => (amount, index)))
            await shop.Platform.Grains.GetGrain<IOrderGrain>(order.Value)
                .RefundAsync(new(null, amount, Key: $"{index}"));

        Assert.Equal((0, 0, 0), (
            await shop.BalanceAsync("creator:k-1"), await shop.BalanceAsync("platform:income"),
            await shop.BalanceAsync("quote:q-1")));
    }

    [Fact]
    public async Task StepThatDoesNotFollowIsRefused()
    {
        await using var shop = await Shop.OpenAsync();
        var quote = shop.Platform.Grains.GetGrain<IQuoteGrain>("q-1");
        await quote.AskAsync(Shop.Buyer, new("k-1"), "please");

        var replies = new[]
        {
            (await quote.DeliverAsync(Owner, "x")).Refusal, (await quote.ApproveAsync()).Refusal,
            (await quote.AcceptAsync(Card)).Refusal, (await quote.SettleAsync(0)).Refusal,
        };

        Assert.All(replies, refusal => Assert.Equal("quote-state", refusal?.Problem));
        Assert.Empty(shop.Cards.Taken);
    }

    private static async Task<IQuoteGrain> OfferedAsync(Shop shop)
    {
        var quote = shop.Platform.Grains.GetGrain<IQuoteGrain>("q-1");
        await quote.AskAsync(Shop.Buyer, new("k-1"), "please");
        var now = shop.Time.GetUtcNow();
        var reply = await quote.OfferAsync(Owner, new(20_000, "CNY"), "gladly", now.AddDays(14), now.AddDays(7));
        Assert.Null(reply.Refusal);
        return quote;
    }
}
