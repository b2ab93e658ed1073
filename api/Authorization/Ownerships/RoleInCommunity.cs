using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>The caller has at least this role in the community, and is not banned from it.</summary>
/// <param name="least">Moderator or owner.</param>
/// <param name="name">Names the community.</param>
/// <param name="self">Names a user who may as well, being the one whom it is about; null: nobody.</param>
internal sealed class RoleInCommunity(CommunityRole least, string name, string? self = null) : Ownership(
    (least == CommunityRole.Owner ? "an owner" : "a moderator or owner") + $" of community `{name}`"
    + (self is null ? "" : $", or the user `{self}`"), name)
{
    public CommunityRole Least => least;

    /// <summary>The parameter that names a user who may as well; null: there is none.</summary>
    public string? Self => self;

    public override async ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked)
    {
        if (asked.Id(Name) is not { } community
            || await asked.Grains.GetGrain<ICommunityGrain>(community).GetAsync() is null)
            return Problem.NotFound("Community", asked.Named(Name) ?? "", "list them with GET /v1/communities");
        if (asked.Caller.UserId() is not { } user) return Refused(community);
        if (self is not null && asked.Named(self) == user.Value) return null;

        var standings = await asked.Grains.GetGrain<ICommunityMembersGrain>(community).GetStandingsAsync([user]);
        var now = asked.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return standings[0].Role >= least && !standings[0].IsBanned(now) ? null : Refused(community);
    }

    private ProblemDetails Refused(string community) => Problem.Forbidden(least == CommunityRole.Owner
        ? $"Only owners of community '{community}' may."
        : $"Only moderators and owners of community '{community}' may.");
}
