using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

public sealed class LearningTests
{
    [Fact]
    public async Task BatchBehindAGapIsNotLearnedAndOneAlreadyLearnedIsSkipped()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(3);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);

        var learned = await model.LearnAsync(Batch(0, 2));
        var gap = await model.LearnAsync(Batch(5, 6));
        var again = await model.LearnAsync(Batch(0, 2));
        var overlapping = await model.LearnAsync(Batch(0, 3));

        Assert.Equal((2, 2, 2, 3), (learned, gap, again, overlapping));
        Assert.Equal(3, (await model.GetProgressAsync()).Examples);
    }

    [Fact]
    public async Task UserAnswersTheSameExamplesForABatchDeliveredAgain()
    {
        await using var platform = await TestPlatform.StartAsync();
        var user = platform.Grains.GetGrain<IUserGrain>("u-again");
        var shown = new Dictionary<string, string>
        {
            ["slot"] = "2", ["propensity"] = "0.95", ["explored"] = "false", ["source"] = "home",
        };
        var batch = new JournalBatch(0,
        [
            new(1, Event("u-again", "c-4", ActivityKind.Dismissed)),
            new(2, Event("u-again", "c-1")),
            new(3, Event("u-again", "c-2", ActivityKind.Liked)),
            new(4, Event("u-again", "c-1", ActivityKind.Completed)),
            new(5, Event("u-again", "c-3", ActivityKind.Impression) with { Attributes = shown }),
            new(6, Event("u-again", "c-3", ActivityKind.Purchased)),
            new(7, Event("u-again", "c-1", ActivityKind.Followed) with { Content = null, Creator = new("k-1") }),
            new(8, Event("u-again", "c-3", ActivityKind.Dismissed)),
        ]);

        var first = await user.ApplyAsync(batch);
        var second = await user.ApplyAsync(batch);

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L], first.Select(example => example.Offset));
        Assert.Null(first[3].Before);
        Assert.Equal(["c-1", "c-2"], first[4].Before!.RecentContents.ToArray());
        Assert.Equal(new ShownSlot(2, 0.95f, false), first[4].Shown);
        Assert.Equal(["c-1", "c-2"], first[5].Before!.RecentContents.ToArray());
        Assert.Equal((ActivityKind.Dismissed, "c-4", 0f), (first[0].Kind, first[0].Content.Value, first[0].Weight));
        Assert.Equal((false, "k-1"), (first[6].HasContent, first[6].Creator!.Value.Value));
        Assert.All(first, example => Assert.Equal("u-again", example.User.Value));
        Assert.Equal(first.Select(Describe), second.Select(Describe));
        var activity = await user.GetActivityAsync();
        Assert.Equal(1, activity.Counters[ActivityKind.Purchased]);
        Assert.Equal(["c-3", "c-2", "c-1"], activity.Recent.Select(recent => recent.Content.Value));
    }

    [Fact]
    public async Task StoredModelGoesOnWhereItStopped()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(4);
        for (var i = 0; i < 40; i++) await platform.AppendAsync(Event($"u-{i}", $"c-{1 + (i % 4)}"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var before = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();

        await platform.StopAsync();
        await platform.StartAsync();

        var after = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        Assert.Equal(before.Examples, after.Examples);
        Assert.Equal(before.Applied, after.Applied);
    }

    /// <summary>Publications are paced; whoever reads what was learned need not know.</summary>
    [Fact]
    public async Task WhatTheModelSaysItHasLearnedIsPublishedThen()
    {
        await using var platform = await TestPlatform.StartAsync(
            ("Model:PublishPeriod", "01:00:00"), ("Model:CataloguePeriod", "01:00:00"));
        await platform.CreateContentsAsync(3);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        var board = platform.Services.GetRequiredService<ModelBoard>();
        var before = board.Current!;

        for (var i = 0; i < 5; i++) await model.LearnAsync(Batch(i, i + 1));
        var learned = board.Current!;
        var progress = await model.GetProgressAsync();

        Assert.Same(before, learned);
        Assert.Equal((5, progress.Version), (progress.Examples, board.Current!.Snapshot.Version));
        Assert.True(progress.Version > before.Snapshot.Version);
    }

    [Fact]
    public async Task WhatIsLearnedIsPublishedWithoutBeingAskedFor()
    {
        await using var platform = await TestPlatform.StartAsync(("Model:CataloguePeriod", "01:00:00"));
        await platform.CreateContentsAsync(3);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        var board = platform.Services.GetRequiredService<ModelBoard>();

        for (var i = 0; i < 5; i++)
            await model.LearnAsync(new(7, i, i + 1, [.. Batch(i, i + 1).Examples.Select(e => e with { AtMs = i })]));

        while (board.Current!.StreamTimeMs < 4) await Task.Yield();
    }

    [Fact]
    public async Task TheModelLearnsWhileItIsStored()
    {
        var store = new GatedModelStore();
        await using var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<IModelStore>(
                inner => store.Around(ActivatorUtilities.CreateInstance<SqliteModelStore>(inner))),
            ("Model:StorePeriod", "00:00:00.020"));
        await platform.CreateContentsAsync(3);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        store.Close();
        await model.LearnAsync(Batch(0, 3));
        await store.Entered;

        var learned = await model.LearnAsync(Batch(3, 9));
        var stored = await model.GetStoredAsync(7);
        store.Open();

        Assert.Equal((9, 0), (learned, stored));
        while (await model.GetStoredAsync(7) is var now && now < 9) Assert.Contains(now, new[] { 0L, 3 });
    }

    /// <summary>A second passes at each look at the clock: everything has waited for long.</summary>
    [Fact]
    public async Task AStreamThatIsTooMuchTrainsAllButTheRankerAndIsCounted()
    {
        await using var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<TimeProvider>(new RunawayTime()));
        await platform.CreateContentsAsync(4);

        for (var i = 0; i < 40; i++) await platform.AppendAsync(Event($"u-{i}", $"c-{1 + (i % 4)}"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);

        var report = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetReportAsync();
        Assert.Equal(40, report.Examples);
        Assert.InRange(report.Unranked, 20, 40);
    }

    private sealed class RunawayTime : TimeProvider
    {
        private long _looks;

        public override DateTimeOffset GetUtcNow() =>
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(Interlocked.Increment(ref _looks));
    }

    private static string Describe(LearningExample example)
    {
        var what = $"{example.Offset} {example.Content} {example.Weight}";
        if (example.Before is not { } before) return $"{what} again";

        string[] seen = [.. before.Excluded.Span, .. before.DismissedContents.Span];
        return $"{what} after {string.Join(',', before.RecentContents.ToArray())}"
            + $" without {string.Join(',', seen.Order())} follows {string.Join(',', before.FollowedCreators)}";
    }

    private static LearningBatch Batch(long after, long through)
    {
        var context = new InterestView([], [], [], [], []);
        return new(7, after, through,
        [
            .. Enumerable.Range((int)after + 1, (int)(through - after))
                .Select(offset => new LearningExample(offset, context, new("c-1"), 1, 1_700_000_000_000)),
        ]);
    }
}
