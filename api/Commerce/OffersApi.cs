using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>What is for sale; docs/protocol.md, "Offers".</summary>
internal static class OffersApi
{
    private const int LimitMax = 200;
    private const int LimitDefault = 50;

    public static void MapOffers(this WebApplication app)
    {
        var group = app.MapGroup("/v1/offers").WithTags("Commerce")
            .SurvivesSilos();
        group.MapGet("", ListAsync).Produces<OffersAnswer>();
        group.MapGet("/{id}", GetAsync).Produces<OfferAnswer>();
        group.MapPost("", CreateAsync).Produces<OfferAnswer>(StatusCodes.Status201Created);
        group.MapPut("/{id}/price", PriceAsync).Produces<OfferAnswer>();
        group.MapDelete("/{id}", WithdrawAsync).Produces<OfferAnswer>();
    }

    private static async Task<IResult> ListAsync(
        IGrainFactory grains, TimeProvider time, string? creator = null, string? community = null,
        string? content = null, int? limit = null, string? cursor = null)
    {
        if (limit is < 1 or > LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {LimitMax}.").ToResult();
        if (cursor is not null && !IdText.IsValid(cursor))
            return Problem.InvalidRequest("cursor: expected what the page before answered.").ToResult();
        if (new[] { creator, community, content }.Any(id => id is not null && !IdText.IsValid(id)))
            return Problem.InvalidRequest("creator, community, content: expected ids.").ToResult();

        var page = await grains.GetGrain<IShopGrain>(IShopGrain.Key).ListAsync(new(
            creator is null ? null : new CreatorId(creator),
            community is null ? null : new CommunityId(community),
            content is null ? null : new ContentId(content),
            limit ?? LimitDefault,
            cursor));
        var own = content is null || cursor is not null
            ? null
            : await grains.GetGrain<IOfferGrain>(OfferId.Of(new ContentId(content)).Value).GetAsync();
        var now = time.GetUtcNow();
        Offer[] items = own is null ? page.Items : [own, .. page.Items];
        return TypedResults.Ok(new OffersAnswer(
            Array.ConvertAll(items, offer => OfferAnswer.From(offer, now)), page.Cursor));
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains, TimeProvider time) =>
        await FindAsync(id, grains) is { } offer
            ? TypedResults.Ok(OfferAnswer.From(offer, time.GetUtcNow()))
            : Missing(id);

    private static async Task<IResult> CreateAsync(
        OfferRequest request, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (offer, wrong) = request.ToOffer();
        if (offer is null) return Problem.InvalidRequest(wrong!).ToResult();
        if (!await access.MayActAsync(caller, offer.Seller)) return NotSeller();
        if (offer.Shares is { TakesFromOthers: true } && !SellerAccess.IsPlatform(caller)) return OthersShares();

        var reply = await grains.GetGrain<IOfferGrain>(offer.Id.Value).CreateAsync(offer, cancellationToken);
        return reply.Outcome switch
        {
            CreateOutcome.Created => TypedResults.Created(
                $"/v1/offers/{offer.Id}", OfferAnswer.From(reply.Definition!, time.GetUtcNow())),
            CreateOutcome.Unchanged => TypedResults.Ok(OfferAnswer.From(reply.Definition!, time.GetUtcNow())),
            CreateOutcome.MissingReference => Problem.InvalidRequest(reply.Detail!).ToResult(),
            CreateOutcome.Mismatch => new CommerceRefusal("mismatch", reply.Detail!).ToResult(),
            _ => Problem.Conflict("Offer", offer.Id.Value, "exists with another definition; choose another id")
                .ToResult(),
        };
    }

    private static async Task<IResult> PriceAsync(
        string id, PriceRequest request, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains,
        TimeProvider time)
    {
        if (request.Price is null || Money.Check("price", request.Price) is not null)
            return Problem.InvalidRequest(
                Money.Check("price", request.Price) ?? "price: expected an amount and a currency").ToResult();
        return await ChangeAsync(
            id, caller, access, grains, time, grain => grain.SetPriceAsync(request.Price.Value, request.From));
    }

    private static Task<IResult> WithdrawAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time) =>
        ChangeAsync(id, caller, access, grains, time, grain => grain.WithdrawAsync());

    private static async Task<IResult> ChangeAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains, TimeProvider time,
        Func<IOfferGrain, Task<OfferReply>> change)
    {
        if (await FindAsync(id, grains) is not { } offer) return Missing(id);
        if (!await access.MayActAsync(caller, offer.Seller)) return NotSeller();

        var reply = await change(grains.GetGrain<IOfferGrain>(id));
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(OfferAnswer.From(reply.Offer!, time.GetUtcNow()));
    }

    private static async Task<Offer?> FindAsync(string id, IGrainFactory grains) =>
        new OfferId(id).IsValid ? await grains.GetGrain<IOfferGrain>(id).GetAsync() : null;

    private static IResult Missing(string id) =>
        Problem.NotFound("Offer", id, "list them with GET /v1/offers").ToResult();

    private static IResult OthersShares() => Problem.Forbidden(
        $"shares: expected a 'platform' of {ShareTerms.Usual.Platform} and a 'community' of "
        + $"{ShareTerms.Usual.Community} basis points at least; only the platform's own people give up more.")
        .ToResult();

    private static IResult NotSeller() => Problem.Forbidden(
        "Offers are written by owners of their seller: of its creator, or of its community where it has no creator.")
        .ToResult();
}
