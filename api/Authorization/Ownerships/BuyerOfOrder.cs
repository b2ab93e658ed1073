using Engage.Api.Accounts;
using Engage.Api.Commerce;
using Engage.Api.Problems;
using Engage.Contracts.Commerce;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>The caller placed the order. Somebody else's is answered as if there were none: ids tell nothing.</summary>
/// <param name="name">Names the order.</param>
/// <param name="orSeller">Whether those may as well who act for all sellers of what is in it.</param>
internal sealed class BuyerOfOrder(string name, bool orSeller = false)
    : Ownership($"the buyer of order `{name}`" + (orSeller ? ", or an owner of all that sell in it" : ""), name)
{
    public override async ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked)
    {
        if (asked.Id(Name) is not { } id || await asked.Grains.GetGrain<IOrderGrain>(id).GetAsync() is not { } view)
            return Missing(asked.Named(Name));
        if (view.Order.Buyer == asked.Caller.UserId()) return null;

        return orSeller && await asked.Services.GetRequiredService<SellerAccess>().SellsAsync(asked.Caller, view.Order)
            ? null
            : Missing(id);
    }

    public static ProblemDetails Missing(string? order) =>
        Problem.NotFound("Order", order ?? "", "list yours with GET /v1/orders");
}
