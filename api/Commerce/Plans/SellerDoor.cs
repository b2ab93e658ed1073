using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Api.Commerce.Plans;

/// <summary>Who may act for a seller: owners of the creator, or of the community that sells by itself.</summary>
internal static class SellerDoor
{
    /// <returns>Null if the caller may, otherwise the answer.</returns>
    public static async Task<IResult?> RefusalAsync(Seller seller, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (seller.Creator is { } creator)
        {
            if (!IdText.IsValid(creator.Value)
                || await grains.GetGrain<ICreatorGrain>(creator.Value).GetAsync() is null)
                return Problem.NotFound("Creator", creator.Value, "list them with GET /v1/creators").ToResult();
            return await OwnsAsync(creator, caller, grains)
                ? null
                : Problem.Forbidden($"Only owners of creator '{creator}' may do this.").ToResult();
        }
        var community = seller.Community!.Value;
        if (!IdText.IsValid(community.Value)
            || await grains.GetGrain<ICommunityGrain>(community.Value).GetAsync() is null)
            return Problem.NotFound("Community", community.Value, "list them with GET /v1/communities").ToResult();
        return await OwnsAsync(community, caller, grains)
            ? null
            : Problem.Forbidden($"Only owners of community '{community}' may do this.").ToResult();
    }

    private static async Task<bool> OwnsAsync(CreatorId creator, ClaimsPrincipal caller, IGrainFactory grains) =>
        caller.IsService() || caller.IsInRole(Roles.Operator) || (caller.UserId() is { } user
            && await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user));

    private static async Task<bool> OwnsAsync(CommunityId community, ClaimsPrincipal caller, IGrainFactory grains) =>
        caller.IsService() || caller.IsInRole(Roles.Operator) || (caller.UserId() is { } user
            && (await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]))[0].Role
                == CommunityRole.Owner);
}
