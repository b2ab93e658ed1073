using System.Text.Json;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Grains.Catalogue;
using Engage.Grains.Recommending;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

/// <summary>What other silos do, seen from one: they write to the same storage behind its back.</summary>
public sealed class SeveralSilosTests
{
    [Fact]
    public async Task ModelStoredElsewhereEndsTheStaleOneAndNothingIsLearnedTwiceOrLeftOut()
    {
        await using var platform = await TestPlatform.StartAsync(("Model:StorePeriod", "00:00:00.050"));
        await platform.CreateContentsAsync(3);
        await AppendAsync(platform, 30);

        await StoreModelElsewhereAsync(platform.Services.GetRequiredService<IModelStore>());
        await AppendAsync(platform, 30);
        await UntilLearnedAsync(platform, 60);
        await platform.StopAsync();
        await platform.StartAsync();

        await UntilLearnedAsync(platform, 60);
        var progress = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        Assert.Equal((60, 60), (progress.Examples, progress.Applied.Sum()));
    }

    [Theory]
    [InlineData("pump")]
    [InlineData("content")]
    [InlineData("user")]
    public async Task ActivationWhoseStateWasStoredElsewhereGoesAndEverythingIsCountedOnce(string superseded)
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(1);
        await platform.AppendAsync(Event("u-1", "c-1"));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        var partition = platform.Services.GetRequiredService<IActivityJournal>().PartitionOf(new("u-1"));
        await (superseded switch
        {
            "pump" => StoreElsewhereAsync<PumpState>(
                platform, superseded, platform.Grains.GetGrain<IActivityPartitionGrain>($"{partition}")),
            "user" => StoreElsewhereAsync<Users.UserState>(
                platform, superseded, platform.Grains.GetGrain<IUserGrain>("u-1")),
            _ => StoreElsewhereAsync<ProjectionState>(
                platform, superseded, platform.Grains.GetGrain<IContentGrain>("c-1")),
        });
        await platform.AppendAsync(Event("u-1", "c-1"), Event("u-1", "c-1"));
        await platform.UntilAsync(progress => progress.Checkpoint == progress.Head);

        var user = await platform.Grains.GetGrain<IUserGrain>("u-1").GetActivityAsync();
        var content = await platform.Grains.GetGrain<IContentGrain>("c-1").GetAsync();
        Assert.Equal((3, 3), (user.Counters[ActivityKind.Viewed], content!.Counters[ActivityKind.Viewed]));
    }

    [Fact]
    public async Task ContentCataloguedElsewhereIsKnownWhenItsFirstEventComes()
    {
        await using var platform = await TestPlatform.StartAsync(("Model:FollowPeriod", "01:00:00"));
        await platform.CreateContentsAsync(1);

        await CatalogueElsewhereAsync(platform, "c-elsewhere");
        var outcomes = await platform.AppendAsync(Event("u-1", "c-elsewhere"), Event("u-1", "c-nowhere"));

        Assert.NotNull(outcomes[0].Position);
        Assert.Contains("c-nowhere", outcomes[1].Error, StringComparison.Ordinal);
        Assert.NotNull(await platform.Grains.GetGrain<IContentGrain>("c-elsewhere").GetAsync());
    }

    [Fact]
    public async Task SiloWithoutTheModelFollowsWhatWasStoredAndCatalogued()
    {
        await using var platform = await TestPlatform.StartAsync(("Model:StorePeriod", "00:00:00.050"));
        await platform.CreateContentsAsync(2);
        var board = new ModelBoard();
        var view = new CatalogueView(platform.Services.GetRequiredService<ICatalogueStore>());
        using var follower = NewFollower(platform, view, board);

        await follower.FollowAsync(CancellationToken.None);
        Assert.Equal(2, view.ContentsAfter(0).Count);
        var first = board.Current;
        await CatalogueElsewhereAsync(platform, "c-elsewhere");
        await follower.FollowAsync(CancellationToken.None);
        Assert.True(board.Current!.Snapshot.Version > first!.Snapshot.Version);

        await AppendAsync(platform, 5);
        while (board.Current!.StreamTimeMs == 0) await follower.FollowAsync(CancellationToken.None);
        Assert.False(board.IsTrainedHere);
        Assert.True(platform.Services.GetRequiredService<ModelBoard>().IsTrainedHere);
    }

    [Fact]
    public async Task WatcherUnknownToAnActorThatMovedIsPushedItsFeedAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(3);
        var watcher = new Watcher();
        var reference = ((IClusterClient)platform.Grains).CreateObjectReference<IFeedObserver>(watcher);

        await platform.Grains.GetGrain<IUserGrain>("u-1").RenewWatchAsync(reference, 3);

        Assert.Equal(3, (await watcher.First).Items.Length);
        GC.KeepAlive(watcher);
    }

    private static ModelFollower NewFollower(TestPlatform platform, CatalogueView view, ModelBoard board) => new(
        platform.Services.GetRequiredService<IModelStore>(),
        view,
        board,
        platform.Services.GetRequiredService<IOptions<ModelOptions>>(),
        platform.Services.GetRequiredService<IOptions<RecommenderOptions>>(),
        TimeProvider.System,
        NullLogger<ModelFollower>.Instance);

    private static async Task AppendAsync(TestPlatform platform, int count)
    {
        for (var i = 0; i < count; i++) await platform.AppendAsync(Event($"u-{i}", $"c-{1 + (i % 2)}"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
    }

    private static Task StoreModelElsewhereAsync(IModelStore store) => UntilFirstAsync(async () =>
    {
        var stored = await store.LoadAsync(IModelGrain.Key, 0, CancellationToken.None);
        await store.StoreAsync(IModelGrain.Key, stored!, CancellationToken.None);
    });

    private static Task StoreElsewhereAsync<TState>(TestPlatform platform, string name, IAddressable grain)
        where TState : new() => UntilFirstAsync(async () =>
    {
        var state = new GrainState<TState>(new TState());
        await platform.Storage.ReadStateAsync(name, grain.GetGrainId(), state);
        await platform.Storage.WriteStateAsync(name, grain.GetGrainId(), state);
    });

    /// <summary>The grain may store in between; a writer that comes too late tries again from what is there.</summary>
    private static async Task UntilFirstAsync(Func<Task> store)
    {
        while (true)
        {
            try
            {
                await store();
                return;
            }
            catch (InconsistentStateException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task CatalogueElsewhereAsync(TestPlatform platform, string id)
    {
        var content = new Content
        {
            Id = new(id),
            ContentKind = ContentKind.Course,
            Creator = new("k-1"),
            Community = new("g-1"),
            Title = new() { En = id },
            PublishedAt = DateTimeOffset.UnixEpoch,
        };
        await platform.Services.GetRequiredService<ICatalogueStore>().AddAsync(
            new(CatalogueKind.Content, id, 0, "k-1", "g-1",
                JsonSerializer.SerializeToUtf8Bytes(content, JsonSerializerOptions.Web)),
            CancellationToken.None);
    }

    private static async Task UntilLearnedAsync(TestPlatform platform, long examples)
    {
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        while ((await model.GetProgressAsync()).Examples != examples) await Task.Yield();
    }

    private sealed class Watcher : IFeedObserver
    {
        private readonly TaskCompletionSource<Feed> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Feed> First => _first.Task;

        public void OnFeed(Feed feed) => _first.TrySetResult(feed);
    }
}
