using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Authorization.Ownerships;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>Buying and giving back; docs/protocol.md, "Orders".</summary>
internal static class OrdersApi
{
    private const int LimitMax = 100;
    private const int LimitDefault = 20;

    public static void MapOrders(this WebApplication app)
    {
        var group = app.MapGroup("/v1/orders").WithTags("Commerce")
            .SurvivesSilos();
        group.MapPost("", PlaceAsync)
            .Produces<OrderAnswer>(StatusCodes.Status201Created);
        group.MapPost("/preview", PreviewAsync).Produces<PreviewAnswer>();
        group.MapGet("", ListAsync).Produces<OrdersAnswer>();
        group.MapGet("/{id}", GetAsync).Produces<OrderAnswer>();
        group.MapPost("/{id}/cancel", CancelAsync).Produces<OrderAnswer>();
    }

    private static async Task<IResult> PlaceAsync(
        PlaceRequest body, ClaimsPrincipal caller, HttpContext context, BlindIndex index, CodeGuesses guesses,
        IGrainFactory grains)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        var (request, wrong) = body.ToOrder(index);
        if (request is null) return Problem.InvalidRequest(wrong!).ToResult();
        if (request.Coupon is { } code) await guesses.FindCouponAsync(context, code);

        var buyer = caller.UserId()!.Value;
        var reply = await grains.GetGrain<IOrderGrain>(OrderId.Of(buyer, key).Value)
            .PlaceAsync(new(buyer, IdempotencyKeys.Fingerprint(request), request));
        return Placed(reply, context);
    }

    private static async Task<IResult> PreviewAsync(
        PlaceRequest body, ClaimsPrincipal caller, HttpContext context, BlindIndex index, CodeGuesses guesses,
        IGrainFactory grains)
    {
        var (request, wrong) = (body with { Pay = body.Pay ?? PayBody.Open }).ToOrder(index);
        if (request is null) return Problem.InvalidRequest(wrong!).ToResult();
        if (request.Coupon is { } code) await guesses.FindCouponAsync(context, code);

        var reply = await grains.GetGrain<ICustomerGrain>(caller.UserId()!.Value.Value).PreviewAsync(request);
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(PreviewAnswer.From(reply.Preview!));
    }

    /// <summary>The answer to whoever placed an order, of whatever kind.</summary>
    public static IResult Placed(OrderReply reply, HttpContext context)
    {
        if (reply.Refusal is { } refusal) return refusal.ToResult();
        if (reply.Replayed) context.Response.Headers[IdempotencyKeys.ReplayedHeader] = "true";
        return TypedResults.Created($"/v1/orders/{reply.Order!.Order.Id}", OrderAnswer.From(
            reply.Order, context.User.UserId()));
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, IGrainFactory grains, int? limit = null, long? cursor = null)
    {
        if (limit is < 1 or > LimitMax || cursor is < 0)
            return Problem.InvalidRequest(
                $"limit, cursor: expected 1 to {LimitMax}, and what the page before answered.").ToResult();

        var page = await grains.GetGrain<ICustomerGrain>(caller.UserId()!.Value.Value)
            .OrdersAsync(cursor ?? 0, limit ?? LimitDefault);
        return TypedResults.Ok(new OrdersAnswer(
            Array.ConvertAll(page.Items, view => OrderAnswer.From(view, caller.UserId())), page.Cursor));
    }

    private static async Task<IResult> GetAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        await FindAsync(id, grains) is { } view
            ? TypedResults.Ok(OrderAnswer.From(view, caller.UserId()))
            : Missing(id);

    private static async Task<IResult> CancelAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        Answer(await grains.GetGrain<IOrderGrain>(id).CancelAsync(), caller);

    public static IResult Answer(OrderReply reply, ClaimsPrincipal caller) => reply.Refusal is { } refusal
        ? refusal.ToResult()
        : TypedResults.Ok(OrderAnswer.From(reply.Order!, caller.UserId()));

    public static async Task<OrderView?> FindAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) ? await grains.GetGrain<IOrderGrain>(id).GetAsync() : null;

    public static IResult Missing(string id) => BuyerOfOrder.Missing(id).ToResult();
}
