using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

public sealed class PumpTests
{
    [Fact]
    public async Task EveryActorOfAnEventAppliesIt()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(2);

        await platform.AppendAsync(Event("u-1", "c-1"), Event("u-2", "c-1", ActivityKind.Liked), Event("u-1", "c-2"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);

        Assert.Equal(2, (await UserAsync(platform, "u-1"))[ActivityKind.Viewed]);
        Assert.Equal(1, (await ContentAsync(platform, "c-1"))[ActivityKind.Liked]);
        var creator = await platform.Grains.GetGrain<ICreatorGrain>("k-1").GetAsync();
        var community = await platform.Grains.GetGrain<ICommunityGrain>("g-1").GetAsync();
        Assert.Equal(2, creator!.Counters[ActivityKind.Viewed]);
        Assert.Equal(1, community!.Counters[ActivityKind.Liked]);
    }

    [Fact]
    public async Task CheckpointWaitsUntilTheActorsHaveStored()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(1);
        platform.Storage.Refuses = state => state == "content";

        await platform.AppendAsync(Event("u-1", "c-1"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        while (platform.Storage.Refused < 3) await Task.Yield();
        var stuck = await ProgressAsync(platform, "u-1");
        platform.Storage.Refuses = _ => false;
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        Assert.Equal(0, stuck.Checkpoint);
        Assert.Equal(1, (await ContentAsync(platform, "c-1"))[ActivityKind.Viewed]);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("user")]
    [InlineData("pump")]
    public async Task WhatAStopLosesIsDeliveredAgainAndNothingTwice(string lost)
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(5);
        for (var i = 0; i < 50; i++) await platform.AppendAsync(Event($"u-{i % 7}", $"c-{1 + (i % 5)}"));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        platform.Storage.Refuses = state => state == lost;
        for (var i = 0; i < 50; i++)
            await platform.AppendAsync(Event($"u-{i % 7}", $"c-{1 + (i % 5)}", ActivityKind.Shared));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        await platform.StopAsync();
        await platform.StartAsync();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        for (var i = 1; i <= 5; i++)
        {
            var content = await ContentAsync(platform, $"c-{i}");
            Assert.Equal((10, 10), (content[ActivityKind.Viewed], content[ActivityKind.Shared]));
        }
        var users = await Task.WhenAll(Enumerable.Range(0, 7).Select(i => UserAsync(platform, $"u-{i}")));
        Assert.Equal(50, users.Sum(counters => counters[ActivityKind.Shared]));
        var model = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        Assert.Equal(100, model.Examples);
    }

    [Fact]
    public async Task ActorThatLostWhatItWasGivenSaysSo()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(1);
        var content = platform.Grains.GetGrain<IContentGrain>("c-1");
        await content.ApplyAsync(new JournalBatch(7, [new(3, Event("u-1", "c-1"))]));

        await content.ApplyAsync(new JournalBatch(7, [new(5, Event("u-1", "c-1"))], Before: 3));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => content.ApplyAsync(new JournalBatch(7, [new(9, Event("u-1", "c-1"))], Before: 8)));

        Assert.Equal(2, (await ContentAsync(platform, "c-1"))[ActivityKind.Viewed]);
    }

    [Fact]
    public async Task CheckpointMovesWhileThereIsABacklog()
    {
        await using var platform = await TestPlatform.StartAsync(
            ("Pump:CheckpointPeriod", "00:00:00.005"), ("Pump:BatchMax", "16"));
        await platform.CreateContentsAsync(1);
        var journal = platform.Services.GetRequiredService<IActivityJournal>();
        var pump = PumpOf(platform, "u-1");
        for (var i = 0; i < 10; i++)
            await journal.AppendAsync(
                [.. Enumerable.Range(0, 1_000).Select(_ => Event("u-1", "c-1", ActivityKind.Impression))],
                CancellationToken.None);

        var onTheWay = false;
        PartitionProgress progress;
        do
        {
            await pump.PokeAsync();
            progress = await pump.GetProgressAsync();
            onTheWay |= progress.Checkpoint > 0 && progress.Applied < progress.Head;
        }
        while (progress.Checkpoint < progress.Head);

        Assert.True(onTheWay);
    }

    [Fact]
    public async Task DeliveryGoesOnWhileActorsStore()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(1);
        var (held, storing) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Storage.Holds = state =>
        {
            if (state != "content") return Task.CompletedTask;
            storing.TrySetResult();
            return held.Task;
        };

        await platform.AppendAsync(Event("u-1", "c-1"));
        await storing.Task;
        await platform.AppendAsync(
            Event("u-1", "c-1", ActivityKind.Followed) with { Content = null, Creator = new CreatorId("k-1") });
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var meanwhile = await PumpOf(platform, "u-1").GetProgressAsync();
        held.SetResult();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        Assert.Equal(0, meanwhile.Checkpoint);
        Assert.Equal(1, (await UserAsync(platform, "u-1"))[ActivityKind.Followed]);
    }

    [Fact]
    public async Task WhatAnActorIsGivenWhileItStoresIsNotTakenForStored()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(1);
        var (held, writes) = (new TaskCompletionSource(), 0);
        platform.Storage.Holds = state =>
            state == "content" && Interlocked.Increment(ref writes) == 1 ? held.Task : Task.CompletedTask;
        platform.Storage.Refuses = state => state == "content" && Volatile.Read(ref writes) > 1;

        await platform.AppendAsync(Event("u-1", "c-1"));
        while (Volatile.Read(ref writes) == 0) await Task.Yield();
        await platform.AppendAsync(Event("u-1", "c-1"));
        while ((await UserAsync(platform, "u-1"))[ActivityKind.Viewed] < 2) await Task.Yield();
        held.SetResult();
        PartitionProgress progress;
        do progress = await PumpOf(platform, "u-1").GetProgressAsync();
        while (platform.Storage.Refused == 0 && progress.Checkpoint < progress.Head);
        await platform.StopAsync();
        await platform.StartAsync();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        Assert.True(progress.Checkpoint < progress.Head);
        Assert.Equal(2, (await ContentAsync(platform, "c-1"))[ActivityKind.Viewed]);
    }

    [Fact]
    public async Task TooManyWhoHaveNotStoredDoSoWhateverTheTime()
    {
        await using var platform = await TestPlatform.StartAsync(
            ("Pump:CheckpointPeriod", "01:00:00"), ("Pump:UnstoredMax", "1"));
        await platform.CreateContentsAsync(2);

        await platform.AppendAsync(Event("u-1", "c-1"), Event("u-2", "c-2"));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        Assert.Equal(1, (await ContentAsync(platform, "c-2"))[ActivityKind.Viewed]);
    }

    private static IActivityPartitionGrain PumpOf(TestPlatform platform, string user)
    {
        var partition = platform.Services.GetRequiredService<IActivityJournal>().PartitionOf(new(user));
        return platform.Grains.GetGrain<IActivityPartitionGrain>($"{partition}");
    }

    private static async Task<PartitionProgress> ProgressAsync(TestPlatform platform, string user)
    {
        await platform.AppendAsync(Event(user, "c-1", ActivityKind.Impression));
        return await PumpOf(platform, user).GetProgressAsync();
    }

    private static async Task<IReadOnlyDictionary<ActivityKind, long>> UserAsync(TestPlatform platform, string id) =>
        (await platform.Grains.GetGrain<IUserGrain>(id).GetActivityAsync()).Counters;

    private static async Task<IReadOnlyDictionary<ActivityKind, long>> ContentAsync(TestPlatform platform, string id) =>
        (await platform.Grains.GetGrain<IContentGrain>(id).GetAsync())!.Counters;
}
