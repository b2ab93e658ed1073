using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

internal sealed record CouponRequest(
    string? Code, CreatorId? Creator, CommunityId? Community, int? Percent, Money? Amount, OfferId[]? Offers,
    long? Uses, int? PerUser, DateTimeOffset? From, DateTimeOffset? Until)
{
    public Coupon ToCoupon() => new()
    {
        Code = CouponRules.Fold(Code) ?? Code ?? "",
        Seller = new(Creator, Creator is null ? Community : null),
        Percent = Percent,
        Amount = Amount,
        Offers = Offers ?? [],
        Uses = Uses,
        PerUser = PerUser ?? 1,
        From = From,
        Until = Until,
    };
}

internal sealed record CouponsAnswer(CouponAnswerBody[] Items);

internal sealed record CouponPreview(
    string Code, OfferId Offer, bool Valid, Money? Discount, Money? Price, string? Reason);

/// <summary>What sellers take off their prices; docs/protocol.md, "Coupons".</summary>
internal static class CouponsApi
{
    public static void MapCoupons(this WebApplication app)
    {
        var group = app.MapGroup("/v1/coupons")
            .WithTags("Plans").SurvivesSilos();
        group.MapPost("", CreateAsync).Produces<CouponAnswerBody>(StatusCodes.Status201Created);
        group.MapGet("", ListAsync).Produces<CouponsAnswer>();
        group.MapGet("/{code}", TryAsync).Produces<CouponPreview>();
        group.MapDelete("/{code}", WithdrawAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(
        CouponRequest request, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains)
    {
        var coupon = request.ToCoupon();
        if (request is { Creator: not null, Community: not null })
            return Problem.InvalidRequest("Expected either 'creator' or 'community', not both.").ToResult();
        if (CouponRules.Check(coupon) is { Count: > 0 } wrong)
            return Problem.InvalidRequest(string.Join("; ", wrong)).ToResult();
        if (await access.RefusalAsync(caller, coupon.Seller) is { } refusal) return refusal;

        var reply = await grains.GetGrain<ICouponGrain>(coupon.Code).CreateAsync(coupon);
        return reply.Outcome switch
        {
            CreateOutcome.Created => TypedResults.Created(
                $"/v1/coupons/{coupon.Code}", CouponAnswerBody.Of(reply.Definition!, reply.Definition!.Uses)),
            CreateOutcome.Unchanged => TypedResults.Ok(CouponAnswerBody.Of(reply.Definition!, null)),
            _ => Problem.Conflict("Coupon", coupon.Code, "the code is taken; choose another").ToResult(),
        };
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, string? creator = null,
        string? community = null)
    {
        if ((creator is null) == (community is null))
            return Problem.InvalidRequest("Expected either 'creator' or 'community'.").ToResult();

        var seller = creator is null ? new Seller(Community: new(community!)) : new Seller(new CreatorId(creator));
        if (await access.RefusalAsync(caller, seller) is { } refusal) return refusal;

        var coupons = await grains.GetGrain<ISellerGrain>(ISellerGrain.KeyOf(seller)).CouponsAsync();
        return TypedResults.Ok(new CouponsAnswer([.. coupons.Select(CouponAnswerBody.Of)]));
    }

    private static async Task<IResult> TryAsync(
        string code, ClaimsPrincipal caller, HttpContext context, CodeGuesses guesses, IGrainFactory grains,
        TimeProvider time, string? offer = null)
    {
        if (CouponRules.Fold(code) is not { } folded) return Unknown(code);
        if (offer is null || !new OfferId(offer).IsValid)
            return Problem.InvalidRequest("offer: expected the id of an offer.").ToResult();
        if (await grains.GetGrain<IOfferGrain>(offer).GetAsync() is not { } sold
            || sold.PriceAt(time.GetUtcNow()) is not { } price)
            return Problem.NotFound("Offer", offer, "list them with GET /v1/offers").ToResult();

        var answer = await guesses.TryAsync(
            context,
            () => grains.GetGrain<ICouponGrain>(folded)
                .TryAsync(new(caller.UserId()!.Value, sold.Id, sold.Seller, price)),
            found => found.Refusal == "unknown");
        return answer.Refusal switch
        {
            "unknown" => Unknown(code),
            { } reason => TypedResults.Ok(new CouponPreview(folded, sold.Id, false, null, null, reason)),
            null => TypedResults.Ok(new CouponPreview(
                folded, sold.Id, true, price with { MinorUnits = answer.Discount },
                price with { MinorUnits = price.MinorUnits - answer.Discount }, null)),
        };
    }

    private static async Task<IResult> WithdrawAsync(
        string code, ClaimsPrincipal caller, HttpContext context, SellerAccess access, CodeGuesses guesses,
        IGrainFactory grains)
    {
        if (await guesses.FindCouponAsync(context, code) is not { Coupon: var coupon }) return Unknown(code);
        if (await access.RefusalAsync(caller, coupon.Seller) is { } refusal) return refusal;

        await grains.GetGrain<ICouponGrain>(coupon.Code).WithdrawAsync();
        return TypedResults.NoContent();
    }

    private static IResult Unknown(string code) =>
        Problem.NotFound("Coupon", code, "look at the code again").ToResult();
}
