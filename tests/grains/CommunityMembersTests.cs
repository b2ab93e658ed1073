using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests;

public sealed class CommunityMembersTests
{
    private static readonly DateTimeOffset Later = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task WhoWasNeverMentionedIsAVisitor()
    {
        await using var platform = await TestPlatform.StartAsync();

        var standings = await Members(platform).GetStandingsAsync([new("u-1"), new("u-2")]);

        Assert.Equal([Standing.Visitor, Standing.Visitor], standings);
    }

    [Fact]
    public async Task ChangesOutliveTheirActorHoweverMany()
    {
        await using var platform = await TestPlatform.StartAsync();
        for (var i = 0; i < 1_100; i++) await Members(platform).ChangeAsync(Role($"u-{i}", CommunityRole.Member));
        await Members(platform).ChangeAsync(Role("u-7", CommunityRole.Visitor));
        await Members(platform).ChangeAsync(Ban("u-1", Later));

        await platform.StopAsync();
        await platform.StartAsync();
        var first = await Members(platform).ListAsync(null, 1_000);
        var second = await Members(platform).ListAsync(first.Cursor, 1_000);

        string[] expected = [.. Enumerable.Range(0, 1_100).Where(i => i != 7).Select(i => $"u-{i}")];
        Array.Sort(expected, string.CompareOrdinal);
        Assert.Equal(expected, first.Items.Concat(second.Items).Select(member => member.User.Value));
        Assert.Null(second.Cursor);
        Assert.Equal(Later, (await Of(platform, "u-1")).BannedUntil);
        Assert.Equal(CommunityRole.Member, (await Of(platform, "u-1")).Role);
    }

    [Fact]
    public async Task ChangeThatWasNotStoredIsNotSeen()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Members(platform).ChangeAsync(Role("u-1", CommunityRole.Moderator));

        platform.Storage.Refuses = state => state == "memberChanges";
        await Assert.ThrowsAsync<OrleansException>(() => Members(platform).ChangeAsync(Ban("u-2", Later)));
        platform.Storage.Refuses = _ => false;

        Assert.Equal(Standing.Visitor, await Of(platform, "u-2"));
        Assert.Equal(CommunityRole.Moderator, (await Of(platform, "u-1")).Role);
    }

    [Fact]
    public async Task ReasonsAreReadAfterARestartAndGoWithTheKeyOfWhomTheyAreAbout()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Members(platform).ChangeAsync(Ban("u-1", Later) with { BanReason = "spam" });
        await Members(platform).ChangeAsync(Ban("u-2", Later) with { BanReason = "more spam" });

        await platform.StopAsync();
        await platform.StartAsync();
        var (first, second) = ((await Of(platform, "u-1")).BanReason, (await Of(platform, "u-2")).BanReason);
        await platform.Services.GetRequiredService<IPersonalVault>().DestroyAsync(new("u-1"), CancellationToken.None);
        await platform.StopAsync();
        await platform.StartAsync();

        Assert.Equal(("spam", "more spam"), (first, second));
        Assert.Null((await Of(platform, "u-1")).BanReason);
        Assert.Equal(Later, (await Of(platform, "u-1")).BannedUntil);
        Assert.Equal("more spam", (await Of(platform, "u-2")).BanReason);
    }

    [Fact]
    public async Task OnlyOwnersGiveRolesAndTheLastStays()
    {
        await using var platform = await TestPlatform.StartAsync();
        var members = Members(platform);
        await members.ChangeAsync(Role("u-owner", CommunityRole.Owner));

        await members.ChangeAsync(Role("u-mod", CommunityRole.Moderator, by: "u-owner"));

        await RefusedAsync(() => members.ChangeAsync(Role("u-mod", CommunityRole.Owner, by: "u-mod")));
        await RefusedAsync(() => members.ChangeAsync(Role("u-owner", CommunityRole.Member, by: "u-owner")));
        await members.ChangeAsync(Role("u-second", CommunityRole.Owner, by: "u-owner"));
        await members.ChangeAsync(Role("u-owner", CommunityRole.Member, by: "u-owner"));
        Assert.Equal(CommunityRole.Member, (await Of(platform, "u-owner")).Role);
    }

    [Theory]
    [InlineData(CommunityRole.Moderator, CommunityRole.Visitor, true)]
    [InlineData(CommunityRole.Moderator, CommunityRole.Moderator, false)]
    [InlineData(CommunityRole.Moderator, CommunityRole.Owner, false)]
    [InlineData(CommunityRole.Owner, CommunityRole.Moderator, true)]
    [InlineData(CommunityRole.Member, CommunityRole.Visitor, false)]
    public async Task BansNeedAHigherRoleThanTheOther(CommunityRole by, CommunityRole target, bool allowed)
    {
        await using var platform = await TestPlatform.StartAsync();
        await Members(platform).ChangeAsync(Role("u-by", by));
        await Members(platform).ChangeAsync(Role("u-target", target));

        var banning = Members(platform).ChangeAsync(Ban("u-target", Later, by: "u-by"));

        if (!allowed) await RefusedAsync(() => banning);
        else await banning;
        Assert.Equal(allowed ? Later : null, (await Of(platform, "u-target")).BannedUntil);
    }

    [Fact]
    public async Task BanThatIsLiftedLeavesNothingBehind()
    {
        await using var platform = await TestPlatform.StartAsync();
        await Members(platform).ChangeAsync(Ban("u-1", Later));

        var after = await Members(platform).ChangeAsync(Ban("u-1", DateTimeOffset.UnixEpoch));

        Assert.Equal(Standing.Visitor, after);
        Assert.Empty((await Members(platform).ListAsync(null, 10)).Items);
    }

    private static ICommunityMembersGrain Members(TestPlatform platform) =>
        platform.Grains.GetGrain<ICommunityMembersGrain>("g-1");

    private static async Task<Standing> Of(TestPlatform platform, string user) =>
        (await Members(platform).GetStandingsAsync([new(user)]))[0];

    private static StandingChange Role(string user, CommunityRole role, string? by = null) =>
        new(new(user), role, null, null, null, null, by is null ? null : new UserId(by));

    private static StandingChange Ban(string user, DateTimeOffset until, string? by = null) =>
        new(new(user), null, until, "spam", null, null, by is null ? null : new UserId(by));

    private static Task<StandingRefusedException> RefusedAsync(Func<Task> change) =>
        Assert.ThrowsAsync<StandingRefusedException>(change);
}
