using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Rooms;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Authorization;

/// <summary>The gate of the hub's methods: as <see cref="AccessGate"/> for routes.</summary>
internal sealed class HubAccess(AccessIndex index, Failover failover, TimeProvider time) : IHubFilter
{
    private static readonly ClaimsPrincipal Stranger = new();

    public ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var caller = (invocationContext.Context.User ?? Stranger).Roles();
        var rule = index.OfHub(invocationContext.HubMethodName);
        if (rule is null || !rule.Admits(caller))
            throw HubProblems.Refusal(Problem.Forbidden($"Your role may not call {invocationContext.HubMethodName}."));
        if (rule.AsksForCode(caller) && !StepUp.HasFreshCode(invocationContext.Context.User!, time.GetUtcNow()))
            throw HubProblems.Refusal(StepUp.Required());
        return rule.Binds(caller) ? AskAsync(invocationContext, rule.Of!, next) : next(invocationContext);
    }

    private async ValueTask<object?> AskAsync(
        HubInvocationContext call, Ownership ownership, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var asked = new OwnershipQuestion(call.Context.User!, call.ServiceProvider, name => Named(call, name));
        var refusal = await failover.RunAsync(
            () => ownership.RefusalAsync(asked).AsTask(), call.Context.ConnectionAborted);
        return refusal is null ? await next(call) : throw HubProblems.Refusal(refusal);
    }

    private static string? Named(HubInvocationContext call, string name)
    {
        var at = Array.FindIndex(call.HubMethod.GetParameters(), parameter => parameter.Name == name);
        return at < 0 ? null : call.HubMethodArguments[at] switch
        {
            Argument<string> { Error: { } error } => throw HubProblems.Refusal(
                Problem.InvalidRequest($"{name}: {error}.")),
            Argument<string> { Value: null } or null => throw HubProblems.Refusal(
                Problem.InvalidRequest($"{name}: expected an id, found null.")),
            Argument<string> argument => argument.Value,
            var value => value as string,
        };
    }
}
