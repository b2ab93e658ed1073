using Microsoft.Extensions.Options;

namespace Engage.Sandbox;

/// <summary>Taking money and giving it back.</summary>
internal static class ChargesApi
{
    private const int LimitMax = 1_000;
    private const int IdLengthMax = 128;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    public static RouteGroupBuilder MapCharges(this WebApplication app)
    {
        var group = app.MapGroup("/v1");
        group.MapPost("/charges", ChargeAsync);
        group.MapPost("/charges/{id}/void", VoidAsync);
        group.MapPost("/refunds", RefundAsync);
        // Not for customers: what a cardholder sets going at her bank.
        group.MapPost("/charges/{id}/chargeback", (string id, ChargeBook book, Webhooks webhooks) =>
        {
            if (book.ChargeBack(id) is not { } charge) return Results.NotFound();
            webhooks.TellChargedBack(charge);
            return Results.Ok(charge);
        });
        group.MapGet("/charges/{id}", (string id, ChargeBook book) =>
            book.Find(id) is { } charge ? Results.Ok(charge) : Results.NotFound());
        group.MapGet("/charges", (ChargeBook book, int after = 0, int limit = 100) =>
            Results.Ok(book.List(Math.Max(0, after), Math.Clamp(limit, 1, LimitMax))));
        return group;
    }

    private static async Task<IResult> ChargeAsync(
        ChargeRequest request, ChargeBook book, Faults faults, Webhooks webhooks, IOptions<SandboxOptions> options,
        TimeProvider time, HttpContext context)
    {
        if (request is not { Id.Length: > 0 and <= IdLengthMax, Amount: > 0, Currency.Length: 3, Token.Length: > 0 })
            return Results.BadRequest("expected id, amount, currency and token");
        if (TestTokens.IsSlow(request.Token)) await Task.Delay(Slow, time, context.RequestAborted);
        return await FaultyAsync(
            faults.Next(request.Id, request.Token), options.Value, time, context,
            () =>
            {
                var refusal = TestTokens.Refusal(request.Token);
                var (charge, isNew) = book.Add(new Charge(
                    request.Id, refusal is null ? "succeeded" : "declined", request.Amount, request.Currency, refusal));
                if (isNew) webhooks.Tell(charge);
                // A charge that was voided under this id had no amount.
                return charge.State == "voided"
                    || (charge.Amount == request.Amount && charge.Currency == request.Currency)
                        ? Results.Ok(charge)
                        : Results.Conflict($"charge '{charge.Id}' was another one");
            });
    }

    private static Task<IResult> VoidAsync(
        string id, ChargeBook book, Faults faults, Webhooks webhooks, IOptions<SandboxOptions> options,
        TimeProvider time, HttpContext context) => FaultyAsync(
            faults.Next(), options.Value, time, context,
            () =>
            {
                if (id.Length > IdLengthMax) return Results.BadRequest("the id is too long");
                var (charge, isNew) = book.Add(new Charge(id, "voided", 0, ""));
                if (isNew) webhooks.Tell(charge);
                return Results.Ok(charge);
            });

    private static Task<IResult> RefundAsync(
        RefundRequest request, ChargeBook book, Faults faults, Webhooks webhooks, IOptions<SandboxOptions> options,
        TimeProvider time, HttpContext context) => FaultyAsync(
            faults.Next(), options.Value, time, context,
            () =>
            {
                if (request is not { Id.Length: > 0 and <= IdLengthMax, Charge.Length: > 0 })
                    return Results.BadRequest("expected id, charge and amount");
                var (refund, isNew, wrong) = book.Add(new Refund(request.Id, request.Charge, request.Amount));
                if (refund is null) return Results.Conflict(wrong);
                if (isNew) webhooks.Tell(refund);
                return Results.Ok(refund);
            });

    private static async Task<IResult> FaultyAsync(
        Fault fault, SandboxOptions options, TimeProvider time, HttpContext context, Func<IResult> work)
    {
        if (fault == Fault.SilentBefore) return await HangAsync(options, time, context);
        if (fault == Fault.ErrorBefore) return Results.StatusCode(StatusCodes.Status500InternalServerError);
        var answer = work();
        if (fault == Fault.SilentAfter) return await HangAsync(options, time, context);
        return fault == Fault.ErrorAfter ? Results.StatusCode(StatusCodes.Status502BadGateway) : answer;
    }

    /// <summary>Whoever waits gives up before; whoever does not learns nothing either.</summary>
    private static async Task<IResult> HangAsync(SandboxOptions options, TimeProvider time, HttpContext context)
    {
        await Task.Delay(options.HangFor, time, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Results.StatusCode(StatusCodes.Status504GatewayTimeout);
    }
}
