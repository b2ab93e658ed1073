using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Microsoft.AspNetCore.Authentication;

namespace Engage.Api.Authorization;

/// <summary>
/// Stands before every route: who is not in its line of the table does not reach the handler. A route without a line is
/// closed to everybody.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, AccessIndex index, Failover failover, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        // What matches no route, or not with this method, has no handler to protect: it is answered 404 or 405.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);

        var caller = context.User.Roles();
        var rule = index.Of(endpoint, HttpMethods.GetCanonicalizedValue(context.Request.Method));
        if (rule is null || !rule.Admits(caller))
            return caller == Who.Anonymous ? context.ChallengeAsync() : Refuse(context);
        if (rule.AsksForCode(caller) && !StepUp.HasFreshCode(context.User, time.GetUtcNow()))
            return StepUp.Required().ToResult().ExecuteAsync(context);
        return rule.Binds(caller) ? AskAsync(context, rule.Of!) : next(context);
    }

    private async Task AskAsync(HttpContext context, Ownership ownership)
    {
        var asked = new OwnershipQuestion(context.User, context.RequestServices, name => Named(context, name));
        var refusal = await failover.RunAsync(
            () => ownership.RefusalAsync(asked).AsTask(), context.RequestAborted);
        await (refusal is null ? next(context) : refusal.ToResult().ExecuteAsync(context));
    }

    /// <summary>Read as the handler's parameter of the same name is.</summary>
    private static string? Named(HttpContext context, string name) =>
        context.GetRouteValue(name) is string inPath ? inPath
        : context.Request.Query.TryGetValue(name, out var inQuery) ? inQuery.ToString()
        : null;

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
