using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Rooms;

/// <summary>Pages of a room's log for whoever may see them, in the room or not.</summary>
internal sealed class RoomReading(RoomGateway gateway, IGrainFactory grains, Failover failover, TimeProvider time)
{
    /// <param name="known">Her standing if she is in the room; otherwise it is asked for.</param>
    /// <returns>The page, or why not.</returns>
    public async Task<(RoomPageAnswer? Answer, ProblemDetails? Wrong)> ReadAsync(
        RoomId room, UserId reader, Standing? known, PageOptions page)
    {
        if (Check(page) is { } wrong) return (null, wrong);
        var (standing, refused) = known is null ? await StandingAsync(room, reader) : (known, null);
        if (standing is null) return (null, refused);

        return (await PageAsync(room, page, standing.Moderates), null);
    }

    /// <summary>
    /// What moderators did and what is held: entries that only they see. Others of the page are left out.
    /// </summary>
    public async Task<(RoomPageAnswer? Answer, ProblemDetails? Wrong)> AuditAsync(RoomId room, PageOptions page)
    {
        if (Check(page) is { } wrong) return (null, wrong);

        var answer = await PageAsync(room, page, moderates: true);
        return (answer with
        {
            Entries = [.. answer.Entries.Where(entry => entry.Audience == RoomAudience.Moderators)],
        }, null);
    }

    /// <returns>Her standing, or why she may not see the room.</returns>
    public async Task<(Standing? Standing, ProblemDetails? Wrong)> StandingAsync(RoomId room, UserId user)
    {
        var view = await failover.RunAsync(() => grains.GetGrain<IRoomGrain>(room.Value).GetAsync(), default);
        if (view is null) return (null, RoomProblems.Missing(room));

        var standing = await StandingAsync(view.Definition.Community, user);
        return standing.IsBanned(time.GetUtcNow())
            ? (null, RoomProblems.ClosedTo(new(room, standing.BannedUntil, standing.BanReason)))
            : (standing, null);
    }

    private async Task<RoomPageAnswer> PageAsync(RoomId room, PageOptions page, bool moderates) =>
        RoomPageAnswer.From(
            await gateway.Local(room).History.ReadAsync(new(
                page.After, page.Before, page.Limit ?? RoomPageRequest.LimitDefault,
                moderates ? RoomAudience.Moderators : RoomAudience.Everyone)),
            moderates);

    private async Task<Standing> StandingAsync(CommunityId community, UserId user)
    {
        var members = grains.GetGrain<ICommunityMembersGrain>(community.Value);
        return (await failover.RunAsync(() => members.GetStandingsAsync([user]), default))[0];
    }

    public async Task<bool> ModeratesAsync(CommunityId community, UserId user) =>
        (await StandingAsync(community, user)).ModeratesAt(time.GetUtcNow());

    private static ProblemDetails? Check(PageOptions page) => page switch
    {
        { After: not null, Before: not null } =>
            Problem.InvalidRequest("Expected 'after' or 'before', found both."),
        { After: < 0 } or { Before: < 0 } => Problem.InvalidRequest("after, before: expected 0 or more."),
        { Limit: < 1 or > RoomPageRequest.LimitMax } =>
            Problem.InvalidRequest($"limit: {page.Limit}, expected 1 to {RoomPageRequest.LimitMax}."),
        _ => null,
    };
}
