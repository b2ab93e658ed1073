using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Grains.Commerce.Sales;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests.Commerce;

/// <summary>What is sold is an event of its buyer, once, whatever happens between books and journal.</summary>
public sealed class SalesReportTests
{
    private static readonly (string, string) OftenReported = ("Commerce:ReportPeriod", "00:00:00.050");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private Func<Task> _gate = () => Task.CompletedTask;
    private TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task PaidOrderIsOneEventHoweverOftenItIsSentAndTold()
    {
        await using var shop = await StartAsync(OftenReported);

        var order = (await shop.PlaceAsync("u-1", "a")).Order!.Order;
        await shop.PlaceAsync("u-1", "a");
        await shop.Order("u-1", "a").NoticeAsync(new("e-1", null));
        await shop.Order("u-1", "a").NoticeAsync(new("e-1", null));
        await UntilReportedAsync(shop, "u-1", 1);
        await ReportAsync(shop);
        var purchase = Assert.Single(await PurchasesAsync(shop, "u-1"));

        Assert.Equal(SaleEvents.IdOf(order.Id, 1), purchase.EventId);
        Assert.Equal((new ContentId("c-paid"), new CreatorId("k-1"), new CommunityId("g-1")), (
            purchase.Content!.Value, purchase.Creator!.Value, purchase.Community!.Value));
        Assert.Equal(10_000, purchase.Value);
        Assert.Equal(order.PaidAt, purchase.OccurredAt);
    }

    [Fact]
    public async Task FunnelAndRevenueCountOneSaleAndARefundLeavesItOne()
    {
        await using var shop = await StartAsync();
        await shop.Platform.AppendAsync(
            Event("u-1", "c-paid", ActivityKind.Impression), Event("u-1", "c-paid", ActivityKind.Clicked));

        await shop.PlaceAsync("u-1", "a");
        await UntilReportedAsync(shop, "u-1", 1);
        await shop.Order("u-1", "a").RefundAsync(new(null));
        await ReportAsync(shop);
        await shop.Platform.UntilAsync(partition => partition.Applied == partition.Head);
        var board = await shop.Grains.GetGrain<ICreatorBoardGrain>("k-1").GetBoardAsync(0);

        Assert.Equal(OrderState.Refunded, (await shop.Order("u-1", "a").GetAsync())!.Order.State);
        Assert.Equal(new BoardFigures(1, 1, 0, 0, 1, 1), board!.Totals);
        Assert.Equal([new("CNY", 10_000, 1)], board.Sales);
    }

    [Fact]
    public async Task OrderIsPaidWhileTheJournalIsBusyAndItsEventFollows()
    {
        await using var shop = await StartAsync(OftenReported);
        var (refusedTwice, refuse) = Counted(2);
        _gate = () =>
        {
            refuse();
            throw new BusyException("Full.", TimeSpan.FromSeconds(1));
        };

        var paid = await shop.PlaceAsync("u-1", "a");
        await refusedTwice.WaitAsync(Patience);
        var meanwhile = await PurchasesAsync(shop, "u-1");
        _gate = () => Task.CompletedTask;
        await UntilReportedAsync(shop, "u-1", 1);

        Assert.Equal(OrderState.Paid, paid.Order!.Order.State);
        Assert.Empty(meanwhile);
    }

    [Fact]
    public async Task NoOrderWaitsForAJournalThatDoesNotAnswer()
    {
        await using var shop = await StartAsync(OftenReported);
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate = () => answers.Task;

        var first = await shop.PlaceAsync("u-1", "a");
        var second = await shop.PlaceAsync("u-1", "b", offer: "content:c-more");
        var meanwhile = await PurchasesAsync(shop, "u-1");
        answers.SetResult();
        await UntilReportedAsync(shop, "u-1", 2);

        Assert.Equal(
            (OrderState.Paid, OrderState.Paid), (first.Order!.Order.State, second.Order!.Order.State));
        Assert.Empty(meanwhile);
    }

    [Fact]
    public async Task WhatWasPaidBeforeACrashIsReportedAfterIt()
    {
        await using var shop = await StartAsync(OftenReported);
        _gate = () => throw new StorageException("The database is away.");
        await shop.PlaceAsync("u-1", "a");

        await shop.Platform.StopAsync();
        _gate = () => Task.CompletedTask;
        await shop.Platform.StartAsync();

        await UntilReportedAsync(shop, "u-1", 1);
    }

    [Fact]
    public async Task WhatIsReportedAgainBecauseItWasNotNotedIsThereOnce()
    {
        await using var shop = await StartAsync(OftenReported);
        var (refusedThrice, refuse) = Counted(3);
        shop.Platform.Storage.Refuses = state =>
        {
            if (state != "salesReport") return false;
            refuse();
            return true;
        };
        await shop.PlaceAsync("u-1", "a");
        await refusedThrice.WaitAsync(Patience);

        shop.Platform.Storage.Refuses = _ => false;
        await shop.PlaceAsync("u-1", "b", offer: "content:c-more");
        await UntilReportedAsync(shop, "u-1", 2);
        await ReportAsync(shop);

        Assert.Equal(
            ["c-paid", "c-more"],
            (await PurchasesAsync(shop, "u-1")).Select(purchase => purchase.Content!.Value.Value));
    }

    [Fact]
    public async Task ManySalesAtOnceAreEachReportedOnce()
    {
        await using var shop = await StartAsync();
        var buyers = Enumerable.Range(0, 65).Select(n => $"u-{n}").ToArray();

        await Task.WhenAll(buyers.Select(buyer => shop.PlaceAsync(buyer, "a")));
        foreach (var buyer in buyers) await UntilReportedAsync(shop, buyer, 1);
        await ReportAsync(shop);
        await shop.Platform.UntilAsync(partition => partition.Applied == partition.Head);
        var board = await shop.Grains.GetGrain<ICreatorBoardGrain>("k-1").GetBoardAsync(0);

        Assert.Equal([new("CNY", 650_000, 65)], board!.Sales);
    }

    private Task<ShopRig> StartAsync(params (string Key, string Value)[] settings) => ShopRig.StartAsync(
        services => services.AddSingleton<IActivityJournal>(provider => new GatedJournal(
            new SqliteActivityJournal(provider.GetRequiredService<SqliteDatabase>()), () => _gate(), OnTaken)),
        settings);

    private void OnTaken() =>
        Interlocked.Exchange(ref _taken, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <returns>What completes when the action has been called so often.</returns>
    private static (Task Done, Action Count) Counted(int times)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var called = 0;
        return (done.Task, () =>
        {
            if (Interlocked.Increment(ref called) == times) done.SetResult();
        });
    }

    private static async Task ReportAsync(ShopRig shop)
    {
        var report = shop.Grains.GetGrain<ISalesReportGrain>(ISalesReportGrain.Key);
        while (await report.ReportAsync())
        {
        }
    }

    private async Task UntilReportedAsync(ShopRig shop, string user, int count)
    {
        while (true)
        {
            // Before looking, so that nothing is taken unseen in between.
            var taken = Volatile.Read(ref _taken).Task;
            if ((await PurchasesAsync(shop, user)).Length >= count) return;
            await taken.WaitAsync(Patience);
        }
    }

    private static async Task<ActivityEvent[]> PurchasesAsync(ShopRig shop, string user)
    {
        var page = await shop.Platform.Services.GetRequiredService<IActivityJournal>()
            .ReadUserAsync(new(user), 0, 100, CancellationToken.None);
        return [.. page.Select(at => at.Event).Where(activity => activity.Kind == ActivityKind.Purchased)];
    }
}
