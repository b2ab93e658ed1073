using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Authorization.Ownerships;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce.Plans;

internal sealed record SubscriptionsAnswer(SubscriptionAnswer[] Items);

internal sealed record PayWithRequest(string? Method, string? Token);

/// <summary>What people subscribe to; docs/protocol.md, "Subscriptions". They begin as orders.</summary>
internal static class SubscriptionsApi
{
    private const int TokenLengthMax = 256;

    public static void MapSubscriptions(this WebApplication app)
    {
        // All of it may be asked twice: what is done already is answered as it is.
        var group = app.MapGroup("/v1/subscriptions")
            .WithTags("Plans").SurvivesSilos();
        group.MapGet("", ListAsync).Produces<SubscriptionsAnswer>();
        group.MapGet("/{id}", GetAsync).Produces<SubscriptionAnswer>();
        group.MapPost("/{id}/cancel", CancelAsync).Produces<SubscriptionAnswer>();
        group.MapPost("/{id}/resume", ResumeAsync).Produces<SubscriptionAnswer>();
        group.MapPut("/{id}/payment", PayWithAsync).Produces<SubscriptionAnswer>();
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        var all = await grains.GetGrain<IPatronGrain>(caller.UserId()!.Value.Value).SubscriptionsAsync();
        return TypedResults.Ok(new SubscriptionsAnswer([.. all.Select(SubscriptionAnswer.From)]));
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ISubscriptionGrain>(id).GetAsync() is { } subscription
            ? TypedResults.Ok(SubscriptionAnswer.From(subscription))
            : SubscriberOf.Missing(id).ToResult();

    private static Task<IResult> CancelAsync(string id, IGrainFactory grains) =>
        ChangeAsync(id, grains, subscription => subscription.CancelAsync());

    private static Task<IResult> ResumeAsync(string id, IGrainFactory grains) =>
        ChangeAsync(id, grains, subscription => subscription.ResumeAsync());

    private static async Task<IResult> PayWithAsync(string id, PayWithRequest request, IGrainFactory grains)
    {
        PayRequest? pay = request switch
        {
            { Method: "wallet", Token: null } => new(PaymentMethod.Wallet),
            { Method: "card", Token: { Length: > 0 and <= TokenLengthMax } token } => new(PaymentMethod.Card, token),
            _ => null,
        };
        return pay is null
            ? Problem.InvalidRequest("Expected 'method' wallet, or 'method' card with its 'token'.").ToResult()
            : await ChangeAsync(id, grains, subscription => subscription.PayWithAsync(pay));
    }

    private static async Task<IResult> ChangeAsync(
        string id, IGrainFactory grains, Func<ISubscriptionGrain, Task<SubscriptionReply>> change)
    {
        var reply = await change(grains.GetGrain<ISubscriptionGrain>(id));
        return reply.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(SubscriptionAnswer.From(reply.Subscription!));
    }
}
