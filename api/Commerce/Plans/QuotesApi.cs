using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Contracts.Creators;

namespace Engage.Api.Commerce.Plans;

internal sealed record AskQuoteRequest(string? Creator, string? Text);

internal sealed record QuoteTextRequest(string? Text);

internal sealed record OfferQuoteRequest(Money? Price, string? Text, DateTimeOffset? Due, DateTimeOffset? ValidUntil);

internal sealed record AcceptQuoteRequest(PayBody? Pay, Money? Expected = null);

internal sealed record SettleQuoteRequest(long? Refund);

internal sealed record QuoteTextAnswer(string? Text, DateTimeOffset At)
{
    public static QuoteTextAnswer? From(QuoteText? text) => text is null ? null : new(text.Text, text.At);
}

internal sealed record QuoteOfferAnswer(Money Price, string? Text, DateTimeOffset Due, DateTimeOffset? ValidUntil);

internal sealed record QuoteAnswer(
    string Id, CreatorId Creator, UserId Buyer, string State, string? Text, QuoteOfferAnswer? Offer,
    QuoteTextAnswer? Delivery, QuoteTextAnswer? Dispute, OrderId? Order, long? GivenBack, DateTimeOffset CreatedAt)
{
    public static QuoteAnswer From(Quote quote) => new(
        quote.Id, quote.Creator, quote.Buyer, CommerceNames.Of(quote.State), quote.Asked.Text,
        quote is { Price: { } price, Due: { } due }
            ? new(price, quote.Offered?.Text, due, quote.ValidUntil)
            : null,
        QuoteTextAnswer.From(quote.Delivered), QuoteTextAnswer.From(quote.Disputed), quote.Order, quote.GivenBack,
        quote.Asked.At);
}

internal sealed record QuotesAnswer(QuoteAnswer[] Items);

/// <summary>Work for one person; docs/protocol.md, "Quotes".</summary>
internal static class QuotesApi
{
    public static void MapQuotes(this WebApplication app)
    {
        // Each step can happen once, or carries a key: it may be asked twice.
        var group = app.MapGroup("/v1").WithTags("Plans").SurvivesSilos();
        group.MapPost("/quotes", AskAsync).Produces<QuoteAnswer>(StatusCodes.Status201Created);
        group.MapGet("/quotes", ListAsync).Produces<QuotesAnswer>();
        group.MapGet("/creators/{id}/quotes", ListOfCreatorAsync).Produces<QuotesAnswer>();
        group.MapGet("/quotes/{id}", GetAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/offer", OfferAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/accept", AcceptAsync).Produces<OrderAnswer>(StatusCodes.Status201Created);
        group.MapPost("/quotes/{id}/decline", DeclineAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/deliver", DeliverAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/approve", ApproveAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/dispute", DisputeAsync).Produces<QuoteAnswer>();
        group.MapPost("/quotes/{id}/settle", SettleAsync).Produces<QuoteAnswer>();
    }

    private static async Task<IResult> AskAsync(
        AskQuoteRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        // Asking moves no money: without a key of hers each request is another quote.
        var key = $"{Guid.NewGuid()}";
        if (context.Request.Headers.ContainsKey(IdempotencyKeys.Header))
        {
            var (own, wrongKey) = IdempotencyKeys.Read(context.Request);
            if (own is null) return wrongKey!;
            key = own;
        }
        if (!IdText.IsValid(request.Creator))
            return Problem.InvalidRequest("creator: expected the id of a creator.").ToResult();
        if (WrongText(request.Text) is { } wrong) return wrong;

        var buyer = caller.UserId()!.Value;
        var id = IQuoteGrain.IdOf(buyer, key);
        var reply = await grains.GetGrain<IQuoteGrain>(id).AskAsync(buyer, new(request.Creator), request.Text!);
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Created($"/v1/quotes/{id}", QuoteAnswer.From(reply.Quote!));
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        var quotes = await grains.GetGrain<IPatronGrain>(caller.UserId()!.Value.Value).QuotesAsync();
        return TypedResults.Ok(new QuotesAnswer(Array.ConvertAll(quotes, QuoteAnswer.From)));
    }

    private static async Task<IResult> ListOfCreatorAsync(
        string id, ClaimsPrincipal caller, SellerAccess access, IGrainFactory grains)
    {
        var seller = new Seller(Creator: new(id));
        if (await access.RefusalAsync(caller, seller) is { } refusal) return refusal;

        var quotes = await grains.GetGrain<ISellerGrain>(ISellerGrain.KeyOf(seller)).QuotesAsync(new(id));
        return TypedResults.Ok(new QuotesAnswer(Array.ConvertAll(quotes, QuoteAnswer.From)));
    }

    private static async Task<IResult> GetAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        await FindAsync(id, Side.Either, caller, grains) is { } quote
            ? TypedResults.Ok(QuoteAnswer.From(quote))
            : Unknown(id);

    private static async Task<IResult> OfferAsync(
        string id, OfferQuoteRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (request.Price is not { MinorUnits: > 0 } price || Money.Check("price", price) is not null)
            return Problem.InvalidRequest(
                Money.Check("price", request.Price) ?? "price: expected more than nothing.").ToResult();
        if (request.Due is not { } due) return Problem.InvalidRequest("due: expected a time.").ToResult();
        if (WrongText(request.Text) is { } wrong) return wrong;

        return await StepAsync(id, Side.Seller, caller, grains, quote =>
            quote.OfferAsync(caller.UserId()!.Value, price, request.Text!, due, request.ValidUntil));
    }

    private static async Task<IResult> AcceptAsync(
        string id, AcceptQuoteRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (request.Pay is not { Points: null or 0 } pay
            || PlaceRequest.MethodOf(pay) is not { } method
            || method is not (PaymentMethod.Wallet or PaymentMethod.Card)
            || (method == PaymentMethod.Card && pay.Token is not { Length: > 0 and <= 500 }))
            return Problem.InvalidRequest("pay: expected 'wallet', or 'card' with its 'token'.").ToResult();
        if (Money.Check("expected", request.Expected) is { } wrong) return Problem.InvalidRequest(wrong).ToResult();
        if (await FindAsync(id, Side.Buyer, caller, grains) is null) return Unknown(id);

        return OrdersApi.Placed(
            await grains.GetGrain<IQuoteGrain>(id).AcceptAsync(new(method, pay.Token, Expected: request.Expected)),
            context);
    }

    private static Task<IResult> DeclineAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        StepAsync(id, Side.Either, caller, grains, quote => quote.DeclineAsync());

    private static async Task<IResult> DeliverAsync(
        string id, QuoteTextRequest request, ClaimsPrincipal caller, IGrainFactory grains) =>
        WrongText(request.Text) ?? await StepAsync(id, Side.Seller, caller, grains, quote =>
            quote.DeliverAsync(caller.UserId()!.Value, request.Text!));

    private static Task<IResult> ApproveAsync(string id, ClaimsPrincipal caller, IGrainFactory grains) =>
        StepAsync(id, Side.Buyer, caller, grains, quote => quote.ApproveAsync());

    private static async Task<IResult> DisputeAsync(
        string id, QuoteTextRequest request, ClaimsPrincipal caller, IGrainFactory grains) =>
        WrongText(request.Text) ?? await StepAsync(id, Side.Buyer, caller, grains, quote =>
            quote.DisputeAsync(request.Text!));

    private static async Task<IResult> SettleAsync(string id, SettleQuoteRequest request, IGrainFactory grains)
    {
        if (!IdText.IsValid(id)) return Unknown(id);
        if (request.Refund is not { } refund)
            return Problem.InvalidRequest("refund: expected minor units, 0 for none.").ToResult();

        return Answer(await grains.GetGrain<IQuoteGrain>(id).SettleAsync(refund));
    }

    private static async Task<IResult> StepAsync(
        string id, Side side, ClaimsPrincipal caller, IGrainFactory grains, Func<IQuoteGrain, Task<QuoteReply>> step) =>
        await FindAsync(id, side, caller, grains) is null
            ? Unknown(id)
            : Answer(await step(grains.GetGrain<IQuoteGrain>(id)));

    private static IResult Answer(QuoteReply reply) => reply.Refusal is { } refusal
        ? refusal.ToResult()
        : TypedResults.Ok(QuoteAnswer.From(reply.Quote!));

    /// <summary>One that is not the caller's is answered as if there were none: ids tell nothing.</summary>
    private static async Task<Quote?> FindAsync(string id, Side side, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (!IdText.IsValid(id) || await grains.GetGrain<IQuoteGrain>(id).GetAsync() is not { } quote) return null;
        if (side != Side.Seller && quote.Buyer == caller.UserId()) return quote;

        return side != Side.Buyer && caller.UserId() is { } user
            && await grains.GetGrain<ICreatorAccessGrain>(quote.Creator.Value).IsOwnerAsync(user)
                ? quote
                : null;
    }

    private static IResult? WrongText(string? text) => text is { Length: > 0 and <= Quote.TextLengthMax }
        ? null
        : Problem.InvalidRequest($"text: expected 1 to {Quote.TextLengthMax} characters.").ToResult();

    private static IResult Unknown(string id) =>
        Problem.NotFound("Quote", id, "list yours with GET /v1/quotes").ToResult();

    private enum Side
    {
        Buyer,
        Seller,
        Either,
    }
}
