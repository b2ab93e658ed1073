using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
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

    private static async Task<PartitionProgress> ProgressAsync(TestPlatform platform, string user)
    {
        var outcome = await platform.AppendAsync(Event(user, "c-1", ActivityKind.Impression));
        return await platform.Grains.GetGrain<IActivityPartitionGrain>($"{outcome[0].Position!.Value.Partition}")
            .GetProgressAsync();
    }

    private static async Task<IReadOnlyDictionary<ActivityKind, long>> UserAsync(TestPlatform platform, string id) =>
        (await platform.Grains.GetGrain<IUserGrain>(id).GetActivityAsync()).Counters;

    private static async Task<IReadOnlyDictionary<ActivityKind, long>> ContentAsync(TestPlatform platform, string id) =>
        (await platform.Grains.GetGrain<IContentGrain>(id).GetAsync())!.Counters;
}
