using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Contracts.Recommending;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests.Commerce;

/// <summary>What is owned is not recommended again, however it was bought.</summary>
public sealed class OwnedFeedTests
{
    private const string Lin = "u-lin";
    private const string Paid = "c-paid";

    [Fact]
    public async Task WhatWasBoughtIsNotRecommendedAgainAndNobodyElseLosesIt()
    {
        await using var shop = await ShopRig.StartAsync();
        await LearnAsync(shop);
        var before = await FeedAsync(shop, Lin);

        var reply = await shop.PlaceAsync(Lin, "1");
        await UntilAsync(async () => !(await FeedAsync(shop, Lin)).Contains(Paid));

        Assert.Null(reply.Refusal);
        Assert.Contains(Paid, before);
        Assert.Contains(Paid, await FeedAsync(shop, "u-max"));
        Assert.Contains("c-more", await FeedAsync(shop, Lin));
    }

    [Fact]
    public async Task AWatchedFeedIsPushedWithoutIt()
    {
        await using var shop = await ShopRig.StartAsync();
        await LearnAsync(shop);
        var (watcher, pushed) = Watcher();
        var first = await shop.Grains.GetGrain<IUserGrain>(Lin).WatchFeedAsync(
            shop.Grains.CreateObjectReference<IFeedObserver>(watcher), 10, CancellationToken.None);

        await shop.PlaceAsync(Lin, "1");
        var feed = await pushed;
        GC.KeepAlive(watcher);

        Assert.Contains(new ContentId(Paid), first.Items.Select(item => item.Content));
        Assert.DoesNotContain(new ContentId(Paid), feed.Items.Select(item => item.Content));
    }

    /// <summary>Given, because what she bought herself is something that she has just dealt with, too.</summary>
    [Fact]
    public async Task SwitchedOffWhatWasGivenStays()
    {
        await using var shop = await ShopRig.StartAsync(("Feed:LeaveOutOwned", "false"));
        await LearnAsync(shop);

        var given = await shop.Order("u-max", "1").PlaceAsync(new(
            new("u-max"), "gift",
            new() { Offer = new($"content:{Paid}"), Pay = new(PaymentMethod.Card, "tok_ok"), Gift = new() }));
        await shop.Grains.GetGrain<IGiftGrain>(given.Order!.Order.Subject!.Split(':')[1]).ClaimAsync(new(Lin));
        await UntilAsync(async () => (await shop.CheckAsync(Lin)).Access == Access.Granted);

        Assert.Contains(Paid, await FeedAsync(shop, Lin));
    }

    /// <summary>So that there is a model to ask, and contents that it knows.</summary>
    private static async Task LearnAsync(ShopRig shop)
    {
        await shop.Platform.AppendAsync(Event("u-other", Paid), Event("u-other", "c-more"), Event("u-other", "c-1"));
        await UntilAsync(async () => (await FeedAsync(shop, Lin)).Contains(Paid));
    }

    private static async Task<string[]> FeedAsync(ShopRig shop, string user)
    {
        var feed = await shop.Grains.GetGrain<IUserGrain>(user)
            .GetFeedAsync(new(10, null) { Explore = false }, CancellationToken.None);
        return [.. feed.Items.Select(item => item.Content.Value)];
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds()) await Task.Yield();
    }

    private static (IFeedObserver Watcher, Task<Feed> WithoutPaid) Watcher()
    {
        var watcher = new Recorder();
        return (watcher, watcher.Without.Task);
    }

    private sealed class Recorder : IFeedObserver
    {
        public TaskCompletionSource<Feed> Without { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnFeed(Feed feed)
        {
            if (!feed.Items.Any(item => item.Content.Value == Paid)) Without.TrySetResult(feed);
        }
    }
}
