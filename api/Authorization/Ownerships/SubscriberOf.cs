using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Contracts.Commerce.Plans;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>The subscription is the caller's. Somebody else's is answered as if there were none.</summary>
internal sealed class SubscriberOf(string name) : Ownership($"the subscriber of subscription `{name}`", name)
{
    public override async ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked) =>
        asked.Id(Name) is { } id
        && await asked.Grains.GetGrain<ISubscriptionGrain>(id).GetAsync() is { } subscription
        && subscription.Buyer == asked.Caller.UserId()
            ? null
            : Missing(asked.Named(Name));

    public static ProblemDetails Missing(string? subscription) =>
        Problem.NotFound("Subscription", subscription ?? "", "list yours with GET /v1/subscriptions");
}
