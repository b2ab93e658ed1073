using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

internal sealed record CreditsAnswer(CreditsLeft[] Items);

internal sealed record UseCreditRequest(string? Offer, string? Resource);

internal sealed record UseCreditAnswer(long Left, DateTimeOffset? Until);

internal sealed record GiftsAnswer(GiftAnswer[] Items);

internal sealed record AffiliateAnswer(Money[] Balances);

internal sealed record TipBody(string? Creator, Money? Amount, string? Room, PayBody? Pay, string? Message = null);

internal sealed record TipsAnswer(Tip[] Items);

/// <summary>Credits, gifts, referral, tips; docs/protocol.md, "Pay per use, gifts, referral, tips".</summary>
internal static class ExtrasApi
{
    private const int TokenLengthMax = 500;

    public static void MapExtras(this WebApplication app)
    {
        // What takes something carries the caller's own key, or can happen once: it may be asked twice.
        var group = app.MapGroup("/v1")
            .WithTags("Plans").SurvivesSilos();
        group.MapGet("/credits", CreditsAsync).Produces<CreditsAnswer>();
        group.MapPost("/credits/use", UseCreditAsync).Produces<UseCreditAnswer>();
        group.MapGet("/gifts", GiftsAsync).Produces<GiftsAnswer>();
        group.MapPost("/gifts/{code}/claim", ClaimAsync).Produces<GiftAnswer>();
        group.MapGet("/affiliate", AffiliateAsync).Produces<AffiliateAnswer>();
        group.MapPost("/tips", TipAsync).Produces<OrderAnswer>(StatusCodes.Status201Created);
        group.MapGet("/creators/{id}/tips", TipsAsync).Produces<TipsAnswer>();
    }

    private static async Task<IResult> CreditsAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(new CreditsAnswer(await Patron(caller, grains).CreditsAsync()));

    private static async Task<IResult> UseCreditAsync(
        UseCreditRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (!new OfferId(request.Offer ?? "").IsValid || Scopes.Parse(request.Resource) is null)
            return Problem.InvalidRequest(
                "Expected the id of an 'offer' and a 'resource' such as content:c-1.").ToResult();

        var reply = await Patron(caller, grains).UseCreditAsync(new(request.Offer!), request.Resource!, key);
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(new UseCreditAnswer(reply.Left, reply.Until));
    }

    private static async Task<IResult> GiftsAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(new GiftsAnswer(
            Array.ConvertAll(await Patron(caller, grains).GiftsAsync(), GiftAnswer.Of)));

    private static async Task<IResult> ClaimAsync(
        string code, ClaimsPrincipal caller, HttpContext context, CodeGuesses guesses, IGrainFactory grains)
    {
        if (!IdText.IsValid(code)) return Problem.NotFound("Gift", code, "look at the code again").ToResult();

        var reply = await guesses.TryAsync(
            context, () => grains.GetGrain<IGiftGrain>(code).ClaimAsync(caller.UserId()!.Value),
            claimed => claimed.Refusal?.Problem == "not-found");
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(GiftAnswer.Of(reply.Gift!));
    }

    private static async Task<IResult> AffiliateAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(new AffiliateAnswer(await Patron(caller, grains).AffiliateAsync()));

    private static async Task<IResult> TipAsync(
        TipBody body, ClaimsPrincipal caller, HttpContext context, TipNotice notice, IGrainFactory grains)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (WhatIsWrong(body) is { } wrong) return Problem.InvalidRequest(wrong).ToResult();

        var reply = await Patron(caller, grains).TipAsync(new(
            key, IdempotencyKeys.Fingerprint(body), new(body.Creator!), body.Amount!.Value,
            new(PlaceRequest.MethodOf(body.Pay!)!.Value, body.Pay!.Token),
            body.Room is { } room ? new RoomId(room) : null, Told(body.Message)));
        if (body.Room is not null && reply.Order is { } tip)
            await notice.SayAsync(caller, new(body.Room), new(body.Creator!), tip, Told(body.Message));
        return OrdersApi.Placed(reply, context);
    }

    private static async Task<IResult> TipsAsync(string id, IGrainFactory grains) => TypedResults.Ok(new TipsAnswer(
        await grains.GetGrain<ITipsGrain>(LedgerAccounts.Of(new CreatorId(id))).ListAsync()));

    private static string? Told(string? message) => string.IsNullOrWhiteSpace(message) ? null : message.Trim();

    private static string? WhatIsWrong(TipBody body) => body switch
    {
        _ when !IdText.IsValid(body.Creator) => "creator: expected the id of a creator.",
        { Amount: not { MinorUnits: > 0 } } => "amount: expected more than nothing.",
        _ when Money.Check("amount", body.Amount) is { } wrong => wrong,
        { Room: { } room } when !IdText.IsValid(room) => "room: expected the id of a room.",
        { Message.Length: > TipRequest.MessageLengthMax } =>
            $"message: {body.Message.Length} characters, at most {TipRequest.MessageLengthMax}.",
        { Pay: null } => "pay: expected how it is paid.",
        _ when PlaceRequest.MethodOf(body.Pay) is null =>
            $"pay.method: '{body.Pay.Method}', expected 'wallet' or 'card'.",
        { Pay.Token.Length: 0 or > TokenLengthMax } => $"pay.token: expected 1 to {TokenLengthMax} characters.",
        { Pay.Points: not null and not 0 } => "pay.points: a tip is not paid with points.",
        _ => null,
    };

    private static IPatronGrain Patron(ClaimsPrincipal caller, IGrainFactory grains) =>
        grains.GetGrain<IPatronGrain>(caller.UserId()!.Value.Value);
}
