using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Accounts;

/// <summary>No call of a session that has ended is taken, also in the moment before its connection is closed.</summary>
internal sealed class SessionCalls(RevokedSessions revoked) : IHubFilter
{
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        await next(context);
        if (context.Context.Features.Get<IOutboxFeature>() is { } feature)
            revoked.CloseIfRevoked(context.Context.User, feature.Outbox);
    }

    public ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next) =>
        revoked.IsRevoked(invocationContext.Context.User)
            ? throw HubProblems.Refusal(Problem.Unauthenticated("The session has ended; sign in again."))
            : next(invocationContext);
}
