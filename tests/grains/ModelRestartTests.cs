using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Neural;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests;

/// <summary>A stop in the middle of the stream, seen from the weights: they end as if there had been none.</summary>
public sealed class ModelRestartTests
{
    private const int Contents = 25;
    private const long BeganMs = 1_700_000_000_000;

    [Fact]
    public async Task AModelRestartedInTheMiddleOfTheStreamEndsAsTheUninterruptedOne()
    {
        var through = await LearnAsync(stopAfter: null);
        var stopped = await LearnAsync(stopAfter: 137);

        Assert.Equal(through.Keys, stopped.Keys);
        foreach (var (name, bytes) in through) Assert.True(bytes.SequenceEqual(stopped[name]), name);
    }

    [Fact]
    public async Task AStoredModelThatCannotBeReadIsLearnedAnewFromTheJournal()
    {
        await using var platform = await TestPlatform.StartAsync();
        await platform.CreateContentsAsync(3);
        for (var i = 0; i < 20; i++) await platform.AppendAsync(TestPlatform.Event($"u-{i}", "c-1"));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);
        await platform.StopAsync();
        await platform.StartAsync();
        await SpoilAsync(platform);

        await platform.StopAsync();
        await platform.StartAsync();

        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        while ((await model.GetProgressAsync()).Examples < 20) await Task.Yield();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);
        Assert.Equal(20, (await model.GetProgressAsync()).Examples);
    }

    /// <summary>The grain stores when it stops; spoiling follows once nothing is left to store.</summary>
    private static async Task SpoilAsync(TestPlatform platform)
    {
        var store = platform.Services.GetRequiredService<IModelStore>();
        var stored = await store.LoadAsync(IModelGrain.Key, 0, CancellationToken.None);
        await store.StoreAsync(
            IModelGrain.Key, stored! with { Weights = new byte[] { 1, 2, 3 } }, CancellationToken.None);
    }

    private static async Task<Dictionary<string, byte[]>> LearnAsync(int? stopAfter)
    {
        await using var platform = await TestPlatform.StartAsync(
            ("Recommender:Online:JoinWindow", "00:00:30"), ("Recommender:Online:EngagementJoinedMin", "50"));
        await platform.CreateContentsAsync(Contents);
        for (var offset = 1; offset <= 400; offset++)
        {
            var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
            Assert.Equal(offset, await model.LearnAsync(new(3, offset - 1, offset, [Example(offset)])));
            if (offset != stopAfter) continue;
            await platform.StopAsync();
            await platform.StartAsync();
        }
        await platform.StopAsync();
        await platform.StartAsync();
        var stored = await platform.Services.GetRequiredService<IModelStore>()
            .LoadAsync(IModelGrain.Key, 0, CancellationToken.None);
        using var stream = new MemoryStream([.. stored!.Weights]);
        // Versions count publications, and each start publishes.
        return TensorFile.Read(stream).Tensors.Where(entry => entry.Key != "version")
            .ToDictionary(entry => entry.Key, entry => entry.Value.Bytes);
    }

    /// <summary>A list of four is shown, one of it is taken at once, in time, or too late; dismissals in
    /// between.</summary>
    private static LearningExample Example(int offset)
    {
        var (list, step) = Math.DivRem(offset, 6);
        var user = $"u-{list % 7}";
        var content = $"c-{1 + (((list * 5) + Math.Min(step, 3)) % Contents)}";
        var before = new InterestView(
            [$"c-{1 + (list % Contents)}"], [1], [BeganMs], [$"c-{1 + (list % Contents)}"], []);
        var example = new LearningExample(offset, before, new(content), 0, BeganMs + (offset * 1_000L))
        {
            User = new(user),
        };
        return step switch
        {
            < 4 => example with { Kind = ActivityKind.Impression, Shown = new(step, 0.9f, step == 2) },
            4 when list % 3 == 0 => example with { Kind = ActivityKind.Dismissed },
            4 => example with { Kind = ActivityKind.Viewed, Weight = 0.5f },
            _ => example with { Kind = ActivityKind.Completed, Weight = 1, Before = null },
        };
    }
}
