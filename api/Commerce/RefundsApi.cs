using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce;

internal sealed record RefundBody(long? Amount, int? Line, string? Reason)
{
    public const int ReasonLengthMax = 500;
}

internal sealed record RefundAskAnswer(
    OrderId Order, UserId Buyer, LocalizedText? Title, Money Paid, Money Amount, DateTimeOffset At, string? Because,
    string? Reason, int? Line)
{
    public static RefundAskAnswer Of(OpenRefundAsk ask)
    {
        var (order, asked) = (ask.Order, RefundAskedAnswer.Of(ask.Order)!);
        return new(
            order.Id, order.Buyer, order.Lines.FirstOrDefault()?.Title, new(order.Total, order.Currency),
            asked.Amount, asked.At, asked.Because, ask.Reason, order.Asked!.Line);
    }
}

internal sealed record RefundAsksAnswer(RefundAskAnswer[] Items);

/// <summary>Money back: taken, asked for, given and declined; docs/protocol.md, "Refunds".</summary>
internal static class RefundsApi
{
    public static void MapRefunds(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Commerce").SurvivesSilos();
        group.MapPost("/orders/{id}/refunds", RefundAsync).Produces<OrderAnswer>();
        group.MapPost("/orders/{id}/refunds/decline", DeclineAsync).Produces<OrderAnswer>();
        group.MapGet("/refund-asks", ListAsync).Produces<RefundAsksAnswer>();
    }

    private static async Task<IResult> RefundAsync(
        string id, RefundBody body, ClaimsPrincipal caller, HttpContext context, SellerAccess access,
        IGrainFactory grains)
    {
        string? key = null;
        if (context.Request.Headers.ContainsKey(IdempotencyKeys.Header) || body.Amount is not null)
        {
            (key, var wrong) = IdempotencyKeys.Read(context.Request);
            if (key is null) return wrong!;
        }
        if (body.Reason is { Length: > RefundBody.ReasonLengthMax })
            return Problem.InvalidRequest(
                $"reason: {body.Reason.Length} characters, at most {RefundBody.ReasonLengthMax}.").ToResult();
        if (await OrdersApi.FindAsync(id, grains) is not { } view) return OrdersApi.Missing(id);

        var request = new RefundRequest(
            caller.UserId(), body.Amount, body.Line, body.Reason, key, Covered: !SellerAccess.IsPlatform(caller));
        var order = grains.GetGrain<IOrderGrain>(id);
        if (await access.SellsAsync(caller, view.Order))
            return OrdersApi.Answer(await order.RefundAsync(request), caller);

        var asked = await order.AskRefundAsync(request);
        return asked is { Refusal: null, Order.Order.Asked: not null }
            ? TypedResults.Accepted($"/v1/orders/{id}", OrderAnswer.From(asked.Order, caller.UserId()))
            : OrdersApi.Answer(asked, caller);
    }

    private static async Task<IResult> DeclineAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains)
    {
        if (await OrdersApi.FindAsync(id, grains) is not { } view) return OrdersApi.Missing(id);
        return await access.SellsAsync(caller, view.Order)
            ? OrdersApi.Answer(await grains.GetGrain<IOrderGrain>(id).DeclineRefundAsync(), caller)
            : Problem.Forbidden($"Only those who sell what is in order '{id}' decide about it.").ToResult();
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, string? creator = null,
        string? community = null)
    {
        if (creator is not null && community is not null)
            return Problem.InvalidRequest("Expected either 'creator' or 'community', not both.").ToResult();

        var whose = IRefundAsksGrain.All;
        if ((creator ?? community) is not null)
        {
            var seller = creator is null ? new Seller(Community: new(community!)) : new Seller(new CreatorId(creator));
            if (await access.RefusalAsync(caller, seller) is { } refusal) return refusal;
            whose = ISellerGrain.KeyOf(seller);
        }
        else if (!SellerAccess.IsPlatform(caller))
            return Problem.InvalidRequest("Expected the 'creator' or 'community' that sells.").ToResult();

        var asks = await grains.GetGrain<IRefundAsksGrain>(whose).ListAsync();
        return TypedResults.Ok(new RefundAsksAnswer(Array.ConvertAll(asks, RefundAskAnswer.Of)));
    }
}
