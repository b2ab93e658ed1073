using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
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
    public static bool IsPlatform(ClaimsPrincipal caller) => caller.IsService() || caller.IsOperator();

    public async Task<bool> MayActAsync(ClaimsPrincipal caller, Seller seller) =>
        IsPlatform(caller) || (caller.UserId() is { } user && await IsOwnerAsync(user, seller));

    /// <returns>Null if the caller may act for the seller, otherwise the answer.</returns>
    public async Task<IResult?> RefusalAsync(ClaimsPrincipal caller, Seller seller)
    {
        var (kind, id, list, exists) = seller.Creator is { } creator
            ? ("Creator", creator.Value, "/v1/creators", await ExistsAsync<ICreatorGrain, Creator>(creator.Value))
            : ("Community", seller.Community!.Value.Value, "/v1/communities",
                await ExistsAsync<ICommunityGrain, Community>(seller.Community!.Value.Value));
        if (!exists) return Problem.NotFound(kind, id, $"list them with GET {list}").ToResult();

        return await MayActAsync(caller, seller)
            ? null
            : Problem.Forbidden($"Only owners of {kind.ToLowerInvariant()} '{id}' may do this.").ToResult();
    }

    /// <summary>Whether she acts for all sellers of what is in the order.</summary>
    public async Task<bool> SellsAsync(ClaimsPrincipal caller, Order order)
    {
        if (IsPlatform(caller)) return true;
        Seller[] sellers = [.. order.Lines.Select(line => line.Seller).OfType<Seller>().Distinct()];
        foreach (var seller in sellers)
            if (!await MayActAsync(caller, seller))
                return false;
        return sellers.Length > 0;
    }

    private async Task<bool> ExistsAsync<TGrain, T>(string id) where TGrain : ICataloguedGrain<T> =>
        IdText.IsValid(id) && await grains.GetGrain<TGrain>(id).GetAsync() is not null;

    private async Task<bool> IsOwnerAsync(UserId user, Seller seller)
    {
        if (seller.Creator is { } creator)
            return await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user);
        if (seller.Community is not { } community) return false;
        var standings = await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]);
        return standings[0].Role == CommunityRole.Owner && !standings[0].IsBanned(time.GetUtcNow());
    }
}
