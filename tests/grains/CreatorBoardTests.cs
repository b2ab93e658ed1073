using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;
using Engage.Grains.Creators;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

public sealed class CreatorBoardTests
{
    private static readonly ActivityKind[] Funnel =
    [
        ActivityKind.Impression, ActivityKind.Clicked, ActivityKind.Viewed, ActivityKind.Enrolled,
        ActivityKind.Purchased,
    ];

    [Fact]
    public async Task FunnelAndSalesAreWhatTheEventsSay()
    {
        await using var platform = await TestPlatform.StartAsync();
        await CreateAsync(platform);

        await platform.AppendAsync([.. Funnel.Select(kind => Act("u-1", "c-paid", kind, 9_900))]);
        await platform.AppendAsync(
            Act("u-2", "c-paid", ActivityKind.Impression), Act("u-2", "c-1", ActivityKind.Purchased, 500));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var board = await BoardAsync(platform);

        Assert.Equal(new BoardFigures(2, 1, 1, 1, 2, 1), board.Totals);
        Assert.Equal([new("CNY", 9_900, 1), new(CreatorFigures.NoCurrency, 500, 1)], board.Sales);
        Assert.Equal(["c-paid", "c-1"], board.Contents.Select(content => content.Content.Value));
        Assert.Equal(new BoardFigures(2, 1, 1, 1, 1, 1), board.Contents[0].Figures);
        Assert.Equal(2, board.Curve.Shown.Sum());
    }

    [Fact]
    public async Task WhatAStopLosesIsCountedOnceAndEqualsTheJournal()
    {
        await using var platform = await TestPlatform.StartAsync();
        await CreateAsync(platform);
        await ActAsync(platform, 300);
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        platform.Storage.Refuses = state => state == "creator";
        await ActAsync(platform, 300);
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        await platform.StopAsync();
        await platform.StartAsync();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);
        var board = await BoardAsync(platform);
        var replayed = await ReplayAsync(platform);

        Assert.Equal(600, board.Totals.Shown + board.Totals.Clicked + board.Totals.Viewed
            + board.Totals.Enrolled + board.Totals.Purchased);
        Assert.Equal(replayed.Converted, board.Totals.Converted);
        Assert.Equal(replayed.Sales, board.Sales);
        Assert.Equal(
            replayed.Contents.ToDictionary(content => content.Key, content => content.Value),
            board.Contents.ToDictionary(content => content.Content.Value, content => content.Figures));
    }

    [Fact]
    public async Task CreatorThatDoesNotExistHasNoBoard()
    {
        await using var platform = await TestPlatform.StartAsync();

        Assert.Null(await platform.Grains.GetGrain<ICreatorBoardGrain>("k-nobody").GetBoardAsync(0));
    }

    private static async Task CreateAsync(TestPlatform platform)
    {
        await platform.CreateContentsAsync(3);
        await platform.Grains.GetGrain<IContentGrain>("c-paid").CreateAsync(
            new()
            {
                Id = new("c-paid"),
                ContentKind = ContentKind.Course,
                Creator = new("k-1"),
                Community = new("g-1"),
                Title = new() { En = "Paid" },
                Price = new Money(9_900, "CNY"),
            },
            CancellationToken.None);
    }

    private static async Task ActAsync(TestPlatform platform, int count)
    {
        for (var i = 0; i < count; i++)
            await platform.AppendAsync(
                Act($"u-{i / 10}", i % 2 == 0 ? "c-paid" : "c-1", Funnel[i % Funnel.Length], i));
    }

    private static ActivityEvent Act(string user, string content, ActivityKind kind, double? value = null) =>
        Event(user, content, kind) with
        {
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Value = kind == ActivityKind.Purchased ? value : null,
        };

    private static async Task<CreatorBoard> BoardAsync(TestPlatform platform) =>
        (await platform.Grains.GetGrain<ICreatorBoardGrain>("k-1").GetBoardAsync(0))!;

    private static async Task<CreatorFigures> ReplayAsync(TestPlatform platform)
    {
        var journal = platform.Services.GetRequiredService<IActivityJournal>();
        var figures = new CreatorFigures();
        for (var partition = 0; partition < 8; partition++)
            foreach (var journaled in await journal.ReadAsync(partition, 0, 10_000, CancellationToken.None))
                figures.Apply(
                    partition, journaled.Event, journaled.Event.Content == new ContentId("c-paid") ? "CNY" : null);
        return figures;
    }
}
