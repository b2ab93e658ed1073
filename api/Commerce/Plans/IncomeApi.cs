using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

internal sealed record PayoutRequest(Money? Amount);

internal sealed record PayoutAnswer(string Id, string Account, Money Amount, string State, DateTimeOffset At)
{
    public static PayoutAnswer From(Payout payout) =>
        new(payout.Id, payout.Account, payout.Amount, "paid", payout.At);
}

internal sealed record PayoutsAnswer(PayoutAnswer[] Items);

/// <summary>What sellers and the platform earn; docs/protocol.md, "Income and payouts".</summary>
internal static class IncomeApi
{
    private const int MonthsDefault = 12;

    public static void MapIncome(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Plans").SurvivesSilos();
        group.MapGet("/creators/{id}/income", CreatorAsync).Produces<Income>();
        group.MapGet("/communities/{id}/income", CommunityAsync).Produces<Income>();
        group.MapGet("/platform/income", PlatformAsync).Produces<Income>();
        group.MapPost("/creators/{id}/payouts", PayOutAsync)
            .Produces<PayoutAnswer>(StatusCodes.Status201Created);
        group.MapGet("/creators/{id}/payouts", PayoutsAsync).Produces<PayoutsAnswer>();
    }

    private static async Task<IResult> CreatorAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time,
        DateTimeOffset? from = null, DateTimeOffset? to = null, DateTimeOffset? at = null)
    {
        var seller = new Seller(Creator: new(id));
        return await access.RefusalAsync(caller, seller)
            ?? await IncomeAsync(ISellerGrain.KeyOf(seller), grains, time, from, to, at);
    }

    private static async Task<IResult> CommunityAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time,
        DateTimeOffset? from = null, DateTimeOffset? to = null, DateTimeOffset? at = null)
    {
        var seller = new Seller(Community: new(id));
        return await access.RefusalAsync(caller, seller)
            ?? await IncomeAsync(ISellerGrain.KeyOf(seller), grains, time, from, to, at);
    }

    private static Task<IResult> PlatformAsync(
        IGrainFactory grains, TimeProvider time, DateTimeOffset? from = null, DateTimeOffset? to = null,
        DateTimeOffset? at = null) => IncomeAsync(LedgerAccounts.PlatformIncome, grains, time, from, to, at);

    private static async Task<IResult> IncomeAsync(
        string account, IGrainFactory grains, TimeProvider time, DateTimeOffset? from, DateTimeOffset? to,
        DateTimeOffset? at)
    {
        var now = time.GetUtcNow();
        var end = to ?? now;
        if (end.Year <= MonthsDefault / 12 + 1 || from >= end)
            return Problem.InvalidRequest("from, to: expected 'from' before 'to'.").ToResult();

        return TypedResults.Ok(await grains.GetGrain<ISellerGrain>(account)
            .IncomeAsync(from ?? end.AddMonths(-MonthsDefault), end, at ?? now));
    }

    private static async Task<IResult> PayOutAsync(
        string id, PayoutRequest request, ClaimsPrincipal caller, HttpContext context, SellerAccess access,
        IGrainFactory grains)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (request.Amount is not { MinorUnits: > 0 } amount || Money.Check("amount", amount) is not null)
            return Problem.InvalidRequest(
                Money.Check("amount", request.Amount) ?? "amount: expected more than nothing.").ToResult();

        var seller = new Seller(Creator: new(id));
        if (await access.RefusalAsync(caller, seller) is { } refused) return refused;

        var reply = await grains.GetGrain<ISellerGrain>(ISellerGrain.KeyOf(seller))
            .PayOutAsync(caller.UserId()!.Value, amount, key);
        if (reply.Refusal is { } refusal) return refusal.ToResult();
        if (reply.Replayed) context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return TypedResults.Created($"/v1/creators/{id}/payouts", PayoutAnswer.From(reply.Payout!));
    }

    private static async Task<IResult> PayoutsAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains)
    {
        var seller = new Seller(Creator: new(id));
        if (await access.RefusalAsync(caller, seller) is { } refusal) return refusal;

        var payouts = await grains.GetGrain<ISellerGrain>(ISellerGrain.KeyOf(seller)).PayoutsAsync();
        return TypedResults.Ok(new PayoutsAnswer(Array.ConvertAll(payouts, PayoutAnswer.From)));
    }
}
