using Engage.Api.Accounts;
using Engage.Api.Problems;
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

internal sealed record StatementAnswer(WalletPosting[] Items, string? Cursor);

/// <summary>Statement and payouts of one account. Whoever calls has found that it is the caller's.</summary>
internal static class Payouts
{
    private const int LimitMax = 100;
    private const int LimitDefault = 50;

    public static async Task<IResult> StatementAsync(ISellerGrain seller, int? limit, string? cursor)
    {
        if (limit is < 1 or > LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {LimitMax}.").ToResult();

        var page = await seller.StatementAsync(cursor, limit ?? LimitDefault);
        return TypedResults.Ok(new StatementAnswer(page.Items, page.Cursor));
    }

    public static async Task<IResult> ListAsync(ISellerGrain seller) =>
        TypedResults.Ok(new PayoutsAnswer(Array.ConvertAll(await seller.PayoutsAsync(), PayoutAnswer.From)));

    public static async Task<IResult> PayOutAsync(ISellerGrain seller, PayoutRequest request, HttpContext context)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (request.Amount is not { MinorUnits: > 0 } amount || Money.Check("amount", amount) is not null)
            return Problem.InvalidRequest(
                Money.Check("amount", request.Amount) ?? "amount: expected more than nothing.").ToResult();

        var reply = await seller.PayOutAsync(context.User.UserId()!.Value, amount, key);
        if (reply.Refusal is { } refusal) return refusal.ToResult();
        if (reply.Replayed) context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return TypedResults.Created(context.Request.Path.Value, PayoutAnswer.From(reply.Payout!));
    }
}
