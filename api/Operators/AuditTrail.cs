using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Contracts.Auditing;

namespace Engage.Api.Operators;

/// <summary>Records what operators look at and change, before they see it or it is done.</summary>
internal sealed class AuditTrail(IGrainFactory grains, Failover failover, TimeProvider time)
{
    /// <summary>Durable when it completes; if it fails, nothing may be shown.</summary>
    /// <param name="caller">The operator.</param>
    /// <param name="what">What she does.</param>
    /// <param name="found">Whose data it is, and what led to it; null: nobody's.</param>
    /// <param name="reason">In her words; null: it goes without saying.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RecordAsync(
        ClaimsPrincipal caller, string what, FoundUser? found, string? reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new AuditRecord(
            $"{Guid.CreateVersion7(now):n}", now, caller.UserId()!.Value, what, found?.User, found?.How, reason);
        return failover.RunAsync(
            async () =>
            {
                await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).RecordAsync(record);
                return true;
            },
            cancellationToken);
    }
}
