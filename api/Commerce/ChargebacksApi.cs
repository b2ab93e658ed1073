using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>
/// What the platform's own people do when a webhook of the provider was lost: they have it asked what the card's bank
/// took back; docs/protocol.md, "Card provider".
/// </summary>
internal static class ChargebacksApi
{
    public static void MapChargebacks(this WebApplication app) =>
        app.MapPost("/v1/orders/{id}/chargebacks", SettleAsync).WithTags("Commerce").SurvivesSilos()
            .Produces<OrderAnswer>();

    private static async Task<IResult> SettleAsync(string id, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (!IdText.IsValid(id)) return Problem.NotFound("Order", id, "look at its id again").ToResult();

        var reply = await grains.GetGrain<IOrderGrain>(id).ChargedBackAsync();
        return OrdersApi.Answer(reply, caller);
    }
}
