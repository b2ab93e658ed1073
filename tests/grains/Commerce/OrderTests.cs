using Engage.Contracts.Commerce;

namespace Engage.Grains.Tests.Commerce;

public sealed class OrderTests
{
    [Fact]
    public async Task CardSaleIsSplitNumberedAndOpensTheDoor()
    {
        await using var shop = await ShopRig.StartAsync();
        var before = await shop.CheckAsync("u-1");

        var reply = await shop.PlaceAsync("u-1", "a");
        var after = await shop.CheckAsync("u-1");

        Assert.Equal(Access.Locked, before.Access);
        Assert.Equal("content:c-paid", before.Offers[0].Value);
        Assert.Equal((OrderState.Paid, PaymentState.Succeeded, 1L), (
            reply.Order!.Order.State, reply.Order.Payment.State, reply.Order.Invoice));
        Assert.Equal(Access.Granted, after.Access);
        Assert.Equal(
            new Dictionary<string, long>
            {
                ["provider:card CNY"] = -10_000,
                ["platform:income CNY"] = 1_000,
                ["community:g-1 CNY"] = 500,
                ["creator:k-1 CNY"] = 8_500,
            },
            shop.Books.Balances());
    }

    [Fact]
    public async Task SameKeyAndBodyIsOneOrderAndAnotherBodyIsRefused()
    {
        await using var shop = await ShopRig.StartAsync();

        var first = await shop.PlaceAsync("u-1", "a");
        var again = await shop.PlaceAsync("u-1", "a");
        var other = await shop.PlaceAsync("u-1", "a", token: "tok_ok_2");

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal(first.Order!.Order.Id, again.Order!.Order.Id);
        Assert.Equal("idempotency-mismatch", other.Refusal!.Problem);
        Assert.Single(shop.Provider.Charges);
        Assert.Equal(-10_000, shop.Books.Balances()["provider:card CNY"]);
    }

    [Fact]
    public async Task SilentProviderLeavesItPendingUntilItIsAskedAgain()
    {
        await using var shop = await ShopRig.StartAsync();
        shop.Provider.Next = () => (true, false);
        var pending = await shop.PlaceAsync("u-1", "a");
        var entitled = await shop.CheckAsync("u-1");

        shop.Provider.Next = () => (true, true);
        var paid = await shop.PlaceAsync("u-1", "a");

        Assert.Equal(OrderState.Pending, pending.Order!.Order.State);
        Assert.Equal(Access.Locked, entitled.Access);
        Assert.Equal(OrderState.Paid, paid.Order!.Order.State);
        Assert.Single(shop.Provider.Charges);
        Assert.Equal(-10_000, shop.Books.Balances()["provider:card CNY"]);
    }

    [Fact]
    public async Task DeclinedCardFailsTheOrder()
    {
        await using var shop = await ShopRig.StartAsync();

        var reply = await shop.PlaceAsync("u-1", "a", token: "tok_declined");

        Assert.Equal((OrderState.Failed, "declined"), (reply.Order!.Order.State, reply.Order.Order.Failure!.Code));
        Assert.Empty(shop.Books.Balances());
        Assert.Null(reply.Order.Payment.Token);
    }

    [Fact]
    public async Task WalletPaysAndNeverMoreThanItHolds()
    {
        await using var shop = await ShopRig.StartAsync();
        await shop.FillWalletAsync("u-1", 15_000);

        var paid = await shop.PlaceAsync("u-1", "a", PaymentMethod.Wallet);
        var refused = await shop.PlaceAsync("u-1", "b", PaymentMethod.Wallet, offer: "content:c-more");

        Assert.Equal(OrderState.Paid, paid.Order!.Order.State);
        Assert.Equal(
            (OrderState.Failed, "insufficient-funds"),
            (refused.Order!.Order.State, refused.Order.Order.Failure!.Code));
        Assert.Equal(5_000, shop.Books.Balances()["wallet:u-1 CNY"]);
    }

    [Fact]
    public async Task MoneyThatWasTakenForACancelledOrderGoesBack()
    {
        await using var shop = await ShopRig.StartAsync();
        shop.Provider.Next = () => (false, false);
        await shop.PlaceAsync("u-1", "a");
        var cancelled = await shop.Order("u-1", "a").CancelAsync();
        shop.Provider.Charges[ShopRig.IdOf("u-1", "a").Value] =
            new(Engage.Grains.Commerce.Cards.ChargeOutcome.Succeeded, 10_000, "CNY");

        shop.Provider.Next = () => (true, true);
        await shop.Order("u-1", "a").NoticeAsync(new("evt_1", null));
        var view = await UntilAsync(shop, "a", order => order.Order.Refunds is [{ State: RefundState.Done }]);

        Assert.Equal(OrderState.Cancelled, cancelled.Order!.Order.State);
        Assert.Equal(OrderState.Cancelled, view.Order.State);
        Assert.Equal(10_000, Assert.Single(shop.Provider.Refunds).Value);
        Assert.Empty(shop.Books.Balances());
        Assert.Equal(Access.Locked, (await shop.CheckAsync("u-1")).Access);
    }

    [Fact]
    public async Task CancellingWhatWasPaidMeanwhileIsRefusedAndItIsPaid()
    {
        await using var shop = await ShopRig.StartAsync();
        shop.Provider.Next = () => (true, false);
        await shop.PlaceAsync("u-1", "a");

        shop.Provider.Next = () => (true, true);
        var reply = await shop.Order("u-1", "a").CancelAsync();
        var view = await shop.Order("u-1", "a").GetAsync();

        Assert.Equal("order-state", reply.Refusal!.Problem);
        Assert.Equal(OrderState.Paid, view!.Order.State);
    }

    [Fact]
    public async Task FullRefundClosesTheDoorAndGivesEverythingBack()
    {
        await using var shop = await ShopRig.StartAsync();
        await shop.PlaceAsync("u-1", "a");
        var order = shop.Order("u-1", "a");

        var part = await order.RefundAsync(new(null, 3_333, Key: "r1"));
        var again = await order.RefundAsync(new(null, 3_333, Key: "r1"));
        var doorBetween = await shop.CheckAsync("u-1");
        var rest = await order.RefundAsync(new(null));
        var restAgain = await order.RefundAsync(new(null));
        var beyond = await order.RefundAsync(new(null, 1, Key: "r2"));

        Assert.Equal(OrderState.PartlyRefunded, part.Order!.Order.State);
        Assert.True(again.Replayed);
        Assert.Equal(Access.Granted, doorBetween.Access);
        Assert.Equal((OrderState.Refunded, 10_000L), (rest.Order!.Order.State, rest.Order.Order.Refunded));
        Assert.True(restAgain.Replayed);
        Assert.Equal("order-state", beyond.Refusal!.Problem);
        Assert.Equal(Access.Locked, (await shop.CheckAsync("u-1")).Access);
        Assert.Equal([3_333, 6_667], shop.Provider.Refunds.Values.Order());
        Assert.Empty(shop.Books.Balances());
    }

    [Fact]
    public async Task SpentTopUpCannotBeGivenBack()
    {
        await using var shop = await ShopRig.StartAsync();
        await shop.FillWalletAsync("u-1", 10_000);
        await shop.PlaceAsync("u-1", "a", PaymentMethod.Wallet);

        var reply = await shop.Order("u-1", "top-up 10000").RefundAsync(new(null));

        Assert.Equal("order-state", reply.Refusal!.Problem);
        Assert.Empty(shop.Provider.Refunds);
    }

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    public async Task CommitOfUnknownOutcomeIsFoundOutByTheNextCall(CommitFault fault)
    {
        await using var shop = await ShopRig.StartAsync();
        var broken = 0;
        shop.Books.Fault = entry =>
            entry.Key.EndsWith(":paid", StringComparison.Ordinal) && broken++ == 0 ? fault : CommitFault.None;

        await Assert.ThrowsAnyAsync<IOException>(() => shop.PlaceAsync("u-1", "a"));
        var view = (await shop.PlaceAsync("u-1", "a")).Order;

        Assert.Equal((OrderState.Paid, 1L), (view!.Order.State, view.Invoice));
        Assert.Equal(-10_000, shop.Books.Balances()["provider:card CNY"]);
        Assert.Single(shop.Provider.Charges);
    }

    [Fact]
    public async Task AnythingMayBreakAtAnyTimeAndEveryOrderEndsPaidOnce()
    {
        await using var shop = await ShopRig.StartAsync();
        var random = new Random(20261122);
        var gate = new Lock();
        shop.Books.Fault = _ =>
        {
            lock (gate) return random.Next(4) switch { 0 => CommitFault.Before, 1 => CommitFault.After, _ => 0 };
        };
        shop.Provider.Next = () =>
        {
            lock (gate) return random.Next(5) switch { 0 => (false, false), 1 => (true, false), _ => (true, true) };
        };

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async n =>
        {
            for (var tries = 0; tries < 1_000; tries++)
                try
                {
                    var reply = await shop.PlaceAsync($"u-{n}", $"key-{n}");
                    if (reply.Order!.Order.State == OrderState.Paid) return;
                }
                catch (IOException)
                {
                    // Sent again, as a client does.
                }
            Assert.Fail($"order {n} never ended");
        }));

        Assert.Equal(60, shop.Provider.Charges.Count);
        Assert.Equal(60 * -10_000, shop.Books.Balances()["provider:card CNY"]);
        Assert.Equal(60 * 8_500, shop.Books.Balances()["creator:k-1 CNY"]);
        Assert.Equal(60, shop.Books.Entries().Count(key => key.EndsWith(":paid", StringComparison.Ordinal)));
    }

    private static async Task<OrderView> UntilAsync(ShopRig shop, string key, Func<OrderView, bool> condition)
    {
        while (true)
        {
            if (await shop.Order("u-1", key).GetAsync() is { } view && condition(view)) return view;
            await Task.Yield();
        }
    }
}
