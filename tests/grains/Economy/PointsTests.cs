using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Contracts.Economy;
using Engage.Contracts.Rooms;
using Engage.Grains.Tests.Plans;
using Engage.Storage;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests.Economy;

public sealed class PointsTests
{
    [Fact]
    public async Task WhatActivityEarnsCanBeSpentOnceItIsLookedAt()
    {
        var books = new LedgerInMemory();
        await using var platform = await StartAsync(books);

        await platform.AppendAsync(Act("u-1", "c-1", ActivityKind.Completed), Act("u-1", "c-2", ActivityKind.Liked));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var standing = await PointsOf(platform, "u-1").GetAsync();

        Assert.Equal((11, 11, 1, 1), (standing.Points, standing.Earned, standing.Level, standing.Streak));
        Assert.Equal(-11, await BalanceAsync(books, LedgerAccounts.PointsIssued));
    }

    [Fact]
    public async Task CommunityKeepsItsTimeZoneAndChangesItOnceAWeek()
    {
        await using var platform = await StartAsync(new());
        var board = platform.Grains.GetGrain<ILeaderBoardGrain>("g-1");
        var before = await board.GetZoneAsync();

        var taken = await board.SetZoneAsync("Europe/London");
        var again = await board.SetZoneAsync("Europe/London");
        var early = await board.SetZoneAsync("Asia/Tokyo");
        await platform.StopAsync();
        await platform.StartAsync();
        var after = await platform.Grains.GetGrain<ILeaderBoardGrain>("g-1").GetZoneAsync();

        Assert.Equal(("Asia/Shanghai", null), (before.TimeZone, before.ChangeableFrom));
        Assert.Equal((null, null), (taken, again));
        Assert.Contains("7 days", early, StringComparison.Ordinal);
        Assert.Equal("Europe/London", after.TimeZone);
        Assert.NotNull(after.ChangeableFrom);
    }

    [Fact]
    public async Task NobodyEarnsWithHerOwnContentsNorInHerOwnCommunity()
    {
        await using var platform = await StartAsync(new());
        await platform.Grains.GetGrain<ICreatorAccessGrain>("k-1").GrantAsync(new("u-creator"));
        await platform.Grains.GetGrain<ICommunityMembersGrain>("g-1")
            .ChangeAsync(new(new("u-owner"), CommunityRole.Owner, null, null, null, null, null));

        foreach (var user in (string[])["u-creator", "u-owner", "u-other"])
            await platform.AppendAsync(Act(user, "c-1", ActivityKind.Completed));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);

        Assert.Equal(0, (await PointsOf(platform, "u-creator").GetAsync()).Earned);
        Assert.Equal(0, (await PointsOf(platform, "u-owner").GetAsync()).Earned);
        Assert.Equal(10, (await PointsOf(platform, "u-other").GetAsync()).Earned);
    }

    [Theory]
    [InlineData("points")]
    [InlineData("pump")]
    public async Task WhatAStopLosesIsEarnedAndBookedOnce(string lost)
    {
        var books = new LedgerInMemory();
        await using var platform = await StartAsync(books, ("Economy:SettlePeriod", "00:00:00"));
        await ActAsync(platform, ActivityKind.Liked);
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        platform.Storage.Refuses = state => state == lost;
        await ActAsync(platform, ActivityKind.Shared);
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        await platform.StopAsync();
        await platform.StartAsync();
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        for (var i = 0; i < 7; i++)
        {
            var standing = await PointsOf(platform, $"u-{i}").GetAsync();
            Assert.Equal((5 + 15, 5 + 15), (standing.Earned, standing.Points));
        }
        Assert.Equal(-7 * 20, await BalanceAsync(books, LedgerAccounts.PointsIssued));
    }

    [Fact]
    public async Task GrantWhoseAnswerWasLostIsBookedOnce()
    {
        var books = new LedgerInMemory();
        await using var platform = await StartAsync(books);
        await platform.AppendAsync(Act("u-1", "c-1", ActivityKind.Completed));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        // Written, and then the connection breaks before anybody knows; and once more after a restart.
        books.After = _ => throw new StorageException("the test breaks the connection");
        await Assert.ThrowsAnyAsync<Exception>(() => PointsOf(platform, "u-1").GetAsync());
        platform.Storage.Refuses = state => state == "points";
        await platform.StopAsync();
        books.After = _ => { };
        await platform.StartAsync();
        var standing = await PointsOf(platform, "u-1").GetAsync();

        Assert.Equal((10, 10), (standing.Points, standing.Earned));
        Assert.Single(books.Entries, entry => entry.Kind == "points");
    }

    [Fact]
    public async Task BooksThatAreAwayHoldNobodyUpAndAreMadeGood()
    {
        var books = new LedgerInMemory { Before = _ => throw new StorageException("the test takes the books away") };
        await using var platform = await StartAsync(books, ("Economy:SettlePeriod", "00:00:00"));

        await ActAsync(platform, ActivityKind.Liked);
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);
        var none = books.Entries.Count;
        books.Before = _ => { };
        var standing = await PointsOf(platform, "u-1").GetAsync();

        Assert.Equal((0, 5), (none, standing.Points));
    }

    [Fact]
    public async Task LeaderBoardRanksByWhatWasEarnedInTheCommunity()
    {
        await using var platform = await StartAsync(new());
        for (var i = 1; i <= 3; i++)
            for (var c = 0; c < i; c++)
                await platform.AppendAsync(Act($"u-{i}", $"c-{c + 1}", ActivityKind.Completed));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        var board = platform.Grains.GetGrain<ILeaderBoardGrain>("g-1");
        var list = await board.GetAsync(LeaderPeriod.Week, 2, new("u-1"));
        await PointsOf(platform, "u-3").ChangeAsync(new(null, Listed: false));
        var without = await board.GetAsync(LeaderPeriod.All, 10, new("u-3"));

        Assert.Equal([("u-3", 30L), ("u-2", 20L)], list.Items.Select(leader => (leader.User.Value, leader.Points)));
        Assert.Equal(3, list.MyRank);
        Assert.Equal(["u-2", "u-1"], without.Items.Select(leader => leader.User.Value));
        Assert.Null(without.MyRank);
    }

    [Fact]
    public async Task ErasedPersonIsOnNoBoardAndEarnsNothingWhileTheLedgerStays()
    {
        var books = new LedgerInMemory();
        await using var platform = await StartAsync(books);
        await platform.AppendAsync(Act("u-1", "c-1", ActivityKind.Completed));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);

        await PointsOf(platform, "u-1").EraseAsync();
        await PointsOf(platform, "u-1").EraseAsync();
        await platform.AppendAsync(Act("u-1", "c-2", ActivityKind.Completed));
        await platform.UntilAsync(partition => partition.Checkpoint == partition.Head);
        var standing = await PointsOf(platform, "u-1").GetAsync();
        var board = await platform.Grains.GetGrain<ILeaderBoardGrain>("g-1").GetAsync(LeaderPeriod.All, 10, null);

        Assert.Equal((10, 0, 0), (standing.Points, standing.Earned, standing.Streak));
        Assert.Empty(board.Items);
    }

    private static async Task<TestPlatform> StartAsync(LedgerInMemory books, params (string, string)[] settings)
    {
        var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<IBooks>(books), settings);
        await platform.CreateContentsAsync(5);
        return platform;
    }

    /// <summary>Seven people do the same to five contents.</summary>
    private static async Task ActAsync(TestPlatform platform, ActivityKind kind)
    {
        for (var i = 0; i < 35; i++) await platform.AppendAsync(Act($"u-{i % 7}", $"c-{1 + (i / 7)}", kind));
    }

    private static ActivityEvent Act(string user, string content, ActivityKind kind) =>
        Event(user, content, kind) with { OccurredAt = TimeProvider.System.GetUtcNow() };

    private static IPointsGrain PointsOf(TestPlatform platform, string user) =>
        platform.Grains.GetGrain<IPointsGrain>(user);

    private static ValueTask<long> BalanceAsync(LedgerInMemory books, string account) =>
        books.BalanceAsync(account, LedgerAccounts.Points, null, CancellationToken.None);
}
