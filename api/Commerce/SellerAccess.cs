using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Api.Commerce;

/// <summary>
/// Who acts for a seller: the platform's own people, owners of the creator, or of the community where it sells by
/// itself.
/// </summary>
internal sealed class SellerAccess(IGrainFactory grains, TimeProvider time)
{
    /// <summary>Whether the platform itself acts, and not one of its sellers.</summary>
    public static bool IsPlatform(ClaimsPrincipal caller) => caller.IsService() || caller.IsInRole(Roles.Operator);

    public async Task<bool> MayActAsync(ClaimsPrincipal caller, Seller seller) =>
        IsPlatform(caller) || (caller.UserId() is { } user && await IsOwnerAsync(user, seller));

    /// <summary>Whether she acts for all sellers of what is in the order.</summary>
    public async Task<bool> SellsAsync(ClaimsPrincipal caller, Order order)
    {
        if (caller.IsService() || caller.IsOperator()) return true;
        Seller[] sellers = [.. order.Lines.Select(line => line.Seller).OfType<Seller>().Distinct()];
        foreach (var seller in sellers)
            if (!await MayActAsync(caller, seller))
                return false;
        return sellers.Length > 0;
    }

    private async Task<bool> IsOwnerAsync(UserId user, Seller seller)
    {
        if (seller.Creator is { } creator)
            return await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user);
        if (seller.Community is not { } community) return false;
        var standings = await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]);
        return standings[0].Role == CommunityRole.Owner && !standings[0].IsBanned(time.GetUtcNow());
    }
}
