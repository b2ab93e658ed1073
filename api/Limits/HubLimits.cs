using System.Threading.RateLimiting;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Limits;

/// <summary>
/// The hub's calls count like requests: one bucket per user for all of her connections. A refused call is answered
/// with a problem; the connection stays.
/// </summary>
internal sealed class HubLimits : IHubFilter, IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter;

    public HubLimits(IConfiguration configuration)
    {
        var limits = RateLimits.Read(configuration);
        _limiter = PartitionedRateLimiter.Create<string, string>(
            user => RateLimitPartition.GetTokenBucketLimiter(user, _ => RateLimits.BucketOf(limits)));
    }

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        using var lease = _limiter.AttemptAcquire(RateLimits.CountedAs(invocationContext.Context.User!) ?? "");
        if (lease.IsAcquired) return await next(invocationContext);

        var problem = Problem.Busy(
            "You are calling faster than allowed; nothing was done.", RateLimits.RetryAfterOf(lease));
        throw HubProblems.Refusal(problem);
    }

    public void Dispose() => _limiter.Dispose();
}
