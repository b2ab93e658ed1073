using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Economy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Engage.Api.Commerce;

internal sealed record TopUpRequest(Money? Amount, string? Token);

internal sealed record WalletAnswer(Money[] Balances, long Points, int Level, int Streak);

internal sealed record WalletPostingsAnswer(WalletPosting[] Items, string? Cursor);

internal sealed record CardAnswer(string Tokens, string Form);

internal sealed record PaymentsAnswer(string[] Methods, CardAnswer? Card);

/// <summary>Prepaid balance and points; docs/protocol.md, "Wallet, invoices, library".</summary>
internal static class WalletApi
{
    private const int LimitMax = 200;
    private const int LimitDefault = 50;
    private const int TokenLengthMax = 500;

    public static void MapWallet(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Commerce").SurvivesSilos();
        group.MapGet("/wallet", GetAsync).Produces<WalletAnswer>();
        group.MapGet("/wallet/postings", PostingsAsync)
            .Produces<WalletPostingsAnswer>();
        group.MapPost("/wallet/topups", TopUpAsync)
            .Produces<OrderAnswer>(StatusCodes.Status201Created);
        group.MapGet("/payments", Payments).Produces<PaymentsAnswer>();
    }

    private static async Task<IResult> GetAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        var user = caller.UserId()!.Value.Value;
        // Books what was earned until now, and says so.
        var points = await grains.GetGrain<IPointsGrain>(user).GetAsync();
        var wallet = await grains.GetGrain<ICustomerGrain>(user).BalancesAsync();
        return TypedResults.Ok(new WalletAnswer(wallet.Balances, points.Points, points.Level, points.Streak));
    }

    private static async Task<IResult> PostingsAsync(
        ClaimsPrincipal caller, IGrainFactory grains, int? limit = null, string? cursor = null)
    {
        if (limit is < 1 or > LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {LimitMax}.").ToResult();

        var page = await grains.GetGrain<ICustomerGrain>(caller.UserId()!.Value.Value)
            .PostingsAsync(cursor, limit ?? LimitDefault);
        return TypedResults.Ok(new WalletPostingsAnswer(page.Items, page.Cursor));
    }

    private static async Task<IResult> TopUpAsync(
        TopUpRequest request, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains,
        IOptions<CardAddressOptions> card)
    {
        var (key, wrongKey) = IdempotencyKeys.Read(context.Request);
        if (key is null) return wrongKey!;
        if (request.Amount is not { MinorUnits: > 0 } amount || Money.Check("amount", amount) is not null)
            return Problem.InvalidRequest(
                Money.Check("amount", request.Amount) ?? "amount: expected more than nothing.").ToResult();
        if (request.Token is not { Length: > 0 and <= TokenLengthMax })
            return Problem.InvalidRequest("token: expected one of the card provider, see GET /v1/payments.").ToResult();
        if (card.Value.Url.Length == 0)
            return Problem.InvalidRequest("This platform takes no cards: wallets cannot be topped up.").ToResult();

        var buyer = caller.UserId()!.Value;
        var draft = new OrderDraft
        {
            Kind = OrderKind.TopUp,
            Currency = amount.Currency,
            Lines =
            [
                new(
                    1, new() { Zh = "钱包充值", En = "Wallet top-up" }, null, 1, amount.MinorUnits, amount.MinorUnits,
                    [new(LedgerAccounts.Wallet(buyer), amount.MinorUnits)], []),
            ],
            Sources = [new(PaymentMethod.Card, amount.MinorUnits)],
            Token = request.Token,
        };
        var reply = await grains.GetGrain<IOrderGrain>(OrderId.Of(buyer, key).Value)
            .PlaceAsync(new(buyer, IdempotencyKeys.Fingerprint(request), null, draft));
        return OrdersApi.Placed(reply, context);
    }

    private static Ok<PaymentsAnswer> Payments(IOptions<CardAddressOptions> card)
    {
        var options = card.Value;
        if (options.Url.Length == 0) return TypedResults.Ok(new PaymentsAnswer(["free", "wallet"], null));
        var address = new Uri(options.BrowserUrl.Length > 0 ? options.BrowserUrl : options.Url);
        return TypedResults.Ok(new PaymentsAnswer(
            ["free", "wallet", "card"],
            new(new Uri(address, "v1/tokens").ToString(), new Uri(address, "form").ToString())));
    }
}

/// <summary>What the door needs of the section <c>Commerce:Card</c>.</summary>
internal sealed class CardAddressOptions
{
    public string Url { get; set; } = "";
    public string BrowserUrl { get; set; } = "";
    public string WebhookSecret { get; set; } = "";
}
