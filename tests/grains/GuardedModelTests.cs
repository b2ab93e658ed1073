using System.Reflection;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;
using Engage.Grains.Recommending;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Grains.Tests;

/// <summary>A model that is broken on purpose, and what is served meanwhile.</summary>
public sealed class GuardedModelTests : IAsyncLifetime
{
    private const int Partitions = 2;
    private const int Users = 12;
    private TestPlatform _platform = null!;

    private CatalogueView Catalogue => _platform.Services.GetRequiredService<CatalogueView>();

    public async Task InitializeAsync()
    {
        _platform = await TestPlatform.StartAsync();
        await _platform.CreateContentsAsync(30);
    }

    public Task DisposeAsync() => _platform.DisposeAsync().AsTask();

    [Theory]
    [InlineData("_ranker", "_average")]
    [InlineData("_ranker", "_parameters")]
    [InlineData("_online", "_model", "_average")]
    public async Task WhatIsServedNeverHoldsWhatIsNoNumberAndLearningGoesOn(params string[] weights)
    {
        var (model, twin) = (NewModel(), NewModel());
        Deliver(twin, 300);
        Deliver(model, 200);
        await StoreAsync(model);
        Deliver(model, 250);

        Array.Fill(Find<float[]>(model, weights), float.NaN);
        var sound = model.TryPublish(out var published);

        Assert.False(sound);
        Assert.Equal(200, model.Model.Marks.Applied[0]);
        AssertServesNumbers(published);
        Deliver(model, 300);
        Assert.Equal((1, 0), (model.Model.Marks.Guard.Rollbacks, model.Model.Marks.Guard.Skipped));
        Assert.Equal(Ask(twin), Ask(model));
    }

    [Fact]
    public async Task PoisonBetweenTwoPublicationsIsFoundByTheNextExample()
    {
        var model = NewModel();
        Deliver(model, 100);
        await StoreAsync(model);
        Array.Fill(Find<float[]>(model, "_ranker", "_average"), float.NaN);

        var served = Enumerable.Range(101, 20).TakeWhile(offset => model.TryLearn(0, Example(offset))).Count();
        model.TryPublish(out var published);

        Assert.InRange(served, 0, 20);
        AssertServesNumbers(published);
        Assert.Equal(1, model.Model.Marks.Guard.Rollbacks);
    }

    [Fact]
    public async Task AnExampleThatAlwaysFailsIsLeftOutAtItsThirdDelivery()
    {
        var model = NewModel();
        Deliver(model, 50);
        await StoreAsync(model);
        var poison = Example(61) with { Before = new InterestView([null!], [1], [1], [], []) };

        var deliveries = 0;
        for (; model.Model.Marks.Applied[0] < 100; deliveries++)
            for (var offset = model.Model.Marks.Applied[0] + 1; offset <= 100; offset++)
                if (!model.TryLearn(0, offset == 61 ? poison : Example(offset)))
                    break;

        Assert.Equal(3, deliveries);
        Assert.Equal((2, 1), (model.Model.Marks.Guard.Rollbacks, model.Model.Marks.Guard.Skipped));
        Assert.Equal(99, model.Model.Marks.Examples);
        Assert.True(model.TryPublish(out var published));
        AssertServesNumbers(published);
        var stored = ModelMarks.Read((await model.ToStoredAsync())!.Marks).Guard;
        Assert.True(stored.IsPoison(0, 61));
        Assert.Equal((2, 1), (stored.Rollbacks, stored.Skipped));
    }

    [Fact]
    public void MalformedExamplesAreSkippedAndCounted()
    {
        var model = NewModel();
        LearningExample[] bad =
        [
            Example(1) with { Weight = float.NaN },
            Example(2) with { Weight = float.PositiveInfinity },
            Example(3) with { AtMs = -1 },
            Example(4) with { Before = new InterestView(["c-1"], [], [], [], []) },
            Example(5) with { Before = new InterestView(["c-1"], [float.NaN], [1], [], []) },
            Example(6) with { Kind = ActivityKind.Impression, Shown = new(0, 2, false) },
        ];

        Assert.All(bad, example => Assert.True(model.TryLearn(0, example)));

        var marks = model.Model.Marks;
        Assert.Equal((6, 0, 0, 6), (marks.Guard.Skipped, marks.Guard.Rollbacks, marks.Examples, marks.Applied[0]));
    }

    [Fact]
    public async Task AnExplodedLossIsLearnedAgainInSmallerSteps()
    {
        var model = NewModel();
        Deliver(model, 600);
        await StoreAsync(model);

        foreach (ref var weight in Find<float[]>(model, "_ranker", "_parameters").AsSpan()) weight *= -1_000;
        var offset = 601;
        while (model.TryLearn(0, Example(offset)) && model.TryPublish(out _)) offset++;
        Deliver(model, 1_000);

        Assert.InRange(offset, 601, 700);
        Assert.Equal(1, model.Model.Marks.Guard.Rollbacks);
        Assert.Contains("rose", model.Model.Marks.Guard.LastReason, StringComparison.Ordinal);
        Assert.Equal(1_000, model.Model.Marks.Examples);
    }

    [Fact]
    public async Task ABrokenModelIsNotStored()
    {
        var model = NewModel();
        Deliver(model, 100);
        await StoreAsync(model);
        var ties = Find<float[]>(model, "_ranker", "_average");
        ties[0] = float.PositiveInfinity;

        Assert.Null(await model.ToStoredAsync());
        Assert.NotNull(await model.ToStoredAsync());
        Assert.Equal(100, model.Model.Marks.Examples);
    }

    [Fact]
    public async Task TheNextBytesAreWrittenOverThoseItDoesNotGoBackTo()
    {
        var model = NewModel();
        Deliver(model, 40);
        var first = await StoreAsync(model);
        Deliver(model, 80);
        var second = await StoreAsync(model);
        Deliver(model, 120);
        byte[] kept = [.. second.Weights];

        var third = (await model.ToStoredAsync())!;

        Assert.Same(first.Weights.Array, third.Weights.Array);
        Assert.Equal(kept, second.Weights.ToArray());
        Array.Fill(Find<float[]>(model, "_ranker", "_average"), float.NaN);
        Assert.False(model.TryPublish(out var published));
        Assert.Equal(80, model.Model.Marks.Applied[0]);
        AssertServesNumbers(published);
    }

    [Fact]
    public async Task WhatWasWrittenWhileTheModelWentBackIsNotWhatItGoesBackTo()
    {
        var model = NewModel();
        Deliver(model, 600);
        await StoreAsync(model);
        foreach (ref var weight in Find<float[]>(model, "_ranker", "_parameters").AsSpan()) weight *= -1_000;
        var offset = 601;
        while (offset <= 610) model.TryLearn(0, Example(offset++));
        var (exploding, image) = (model.Model, (await model.ToStoredAsync())!);
        while (model.TryLearn(0, Example(offset)) && model.TryPublish(out _)) offset++;
        var back = model.Model.Marks.Applied[0];

        model.Stored(exploding, image, 2);
        var version = model.Model.StoredVersion;
        Array.Fill(Find<float[]>(model, "_ranker", "_average"), float.NaN);
        var sound = model.TryPublish(out var published);

        Assert.False(sound);
        AssertServesNumbers(published);
        Assert.Equal((600, 600), (back, model.Model.Marks.Applied[0]));
        Assert.Equal((2, 2), (version, model.Model.StoredVersion));
    }

    private GuardedModel NewModel()
    {
        var model = Create();
        return new(model, model.Capture().ToStored([]), Load, Create, NullLogger.Instance);

        ModelReplica Create()
        {
            var created = ModelReplica.New(new RecommenderOptions(), 1, Partitions, Catalogue);
            created.FollowCatalogue();
            return created;
        }

        ModelReplica Load(StoredModel stored) => ModelReplica.Load(stored, new RecommenderOptions(), Catalogue);
    }

    /// <summary>As a pump does: from where the model is, again whenever it goes back.</summary>
    private static void Deliver(GuardedModel model, long through)
    {
        while (model.Model.Marks.Applied[0] < through)
            for (var offset = model.Model.Marks.Applied[0] + 1; offset <= through; offset++)
                if (!model.TryLearn(0, Example(offset)) || (offset % 16 == 0 && !model.TryPublish(out _)))
                    break;
    }

    private static async Task<StoredModel> StoreAsync(GuardedModel model)
    {
        var stored = (await model.ToStoredAsync())!;
        model.Stored(model.Model, stored, 1);
        return stored;
    }

    private static LearningExample Example(long offset)
    {
        var user = offset % Users;
        var content = $"c-{1 + ((offset * 7) % 30)}";
        var before = new InterestView([$"c-{1 + user}"], [1], [1_700_000_000_000], [$"c-{1 + user}"], []);
        return new(offset, before, new(content), 1, 1_700_000_000_000 + offset)
        {
            User = new($"u-{user}"), Kind = ActivityKind.Viewed,
        };
    }

    private static void AssertServesNumbers(PublishedModel published) => Assert.All(
        Ask(published), ranked => Assert.True(float.IsFinite(ranked.Score), $"{ranked}"));

    private static RankedItem[] Ask(GuardedModel model)
    {
        Assert.True(model.TryPublish(out var published));
        return Ask(published);
    }

    private static RankedItem[] Ask(PublishedModel published)
    {
        var results = new RankedItem[1][];
        published.Snapshot.Recommend(
            [new(new(["c-3"], [1], [1_700_000_000_000], ["c-3"], []), 20, published.StreamTimeMs)], results);
        Assert.NotEmpty(results[0]);
        return results[0];
    }

    private static T Find<T>(GuardedModel model, params string[] path)
    {
        object found = model.Model;
        foreach (var name in (string[])["_recommender", .. path])
            found = found.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(found)!;
        return (T)found;
    }
}
