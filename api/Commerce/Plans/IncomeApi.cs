using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

/// <summary>
/// What creators, communities, affiliates and the platform earn; docs/protocol.md, "Income and payouts". All of them by
/// the same means: an account of the ledger each.
/// </summary>
internal static class IncomeApi
{
    private const int MonthsDefault = 12;

    public static void MapIncome(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Plans").SurvivesSilos();
        MapSeller(group.MapGroup("/creators/{id}"), id => new(Creator: new(id)));
        MapSeller(group.MapGroup("/communities/{id}"), id => new(Community: new(id)));
        MapAffiliate(group.MapGroup("/affiliate"));
        group.MapGet("/platform/income", (
                IGrainFactory grains, TimeProvider time, DateTimeOffset? from = null, DateTimeOffset? to = null,
                DateTimeOffset? at = null) =>
            IncomeAsync(grains.GetGrain<ISellerGrain>(LedgerAccounts.PlatformIncome), time, from, to, at))
            .Produces<Income>();
    }

    private static void MapSeller(RouteGroupBuilder group, Func<string, Seller> sellerOf)
    {
        group.MapGet("/income", async (
                string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time,
                DateTimeOffset? from = null, DateTimeOffset? to = null, DateTimeOffset? at = null) =>
            await access.RefusalAsync(caller, sellerOf(id))
                ?? await IncomeAsync(Of(sellerOf(id), grains), time, from, to, at)).Produces<Income>();
        group.MapGet("/statement", async (
                string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, int? limit = null,
                string? cursor = null) =>
            await access.RefusalAsync(caller, sellerOf(id))
                ?? await Payouts.StatementAsync(Of(sellerOf(id), grains), limit, cursor))
            .Produces<StatementAnswer>();
        group.MapGet("/payouts", async (string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains) =>
            await access.RefusalAsync(caller, sellerOf(id)) ?? await Payouts.ListAsync(Of(sellerOf(id), grains)))
            .Produces<PayoutsAnswer>();
        group.MapPost("/payouts", async (
                string id, PayoutRequest request, HttpContext context, SellerAccess access, IGrainFactory grains) =>
            await access.RefusalAsync(context.User, sellerOf(id))
                ?? await Payouts.PayOutAsync(Of(sellerOf(id), grains), request, context))
            .Produces<PayoutAnswer>(StatusCodes.Status201Created);
    }

    /// <summary>Her own: whose it is follows from who asks.</summary>
    private static void MapAffiliate(RouteGroupBuilder group)
    {
        group.MapGet("/income", (
                ClaimsPrincipal caller, IGrainFactory grains, TimeProvider time, DateTimeOffset? from = null,
                DateTimeOffset? to = null, DateTimeOffset? at = null) =>
            IncomeAsync(Of(caller, grains), time, from, to, at)).Produces<Income>();
        group.MapGet("/statement", (
                ClaimsPrincipal caller, IGrainFactory grains, int? limit = null, string? cursor = null) =>
            Payouts.StatementAsync(Of(caller, grains), limit, cursor)).Produces<StatementAnswer>();
        group.MapGet("/payouts", (ClaimsPrincipal caller, IGrainFactory grains) =>
            Payouts.ListAsync(Of(caller, grains))).Produces<PayoutsAnswer>();
        group.MapPost("/payouts", (PayoutRequest request, HttpContext context, IGrainFactory grains) =>
            Payouts.PayOutAsync(Of(context.User, grains), request, context))
            .Produces<PayoutAnswer>(StatusCodes.Status201Created);
    }

    private static ISellerGrain Of(Seller seller, IGrainFactory grains) =>
        grains.GetGrain<ISellerGrain>(ISellerGrain.KeyOf(seller));

    private static ISellerGrain Of(ClaimsPrincipal caller, IGrainFactory grains) =>
        grains.GetGrain<ISellerGrain>(LedgerAccounts.Affiliate(caller.UserId()!.Value));

    private static async Task<IResult> IncomeAsync(
        ISellerGrain seller, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? at)
    {
        var now = time.GetUtcNow();
        var end = to ?? now;
        if (end.Year <= MonthsDefault / 12 + 1 || from >= end)
            return Problem.InvalidRequest("from, to: expected 'from' before 'to'.").ToResult();

        return TypedResults.Ok(await seller.IncomeAsync(from ?? end.AddMonths(-MonthsDefault), end, at ?? now));
    }
}
