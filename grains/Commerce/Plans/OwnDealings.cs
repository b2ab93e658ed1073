using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Whether somebody would pay herself: points that buy what is one's own would become money that can be taken out, and
/// tips to oneself would be income that nobody gave.
/// </summary>
internal static class OwnDealings
{
    public static async Task<bool> IsOwnAsync(IGrainFactory grains, UserId user, Seller seller)
    {
        if (seller.Creator is { } creator)
            return await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user);
        if (seller.Community is not { } community) return false;
        var standings = await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]);
        return standings[0].Role == CommunityRole.Owner;
    }
}
