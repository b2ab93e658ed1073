using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Auditing;

namespace Engage.Api.Operators;

/// <summary>Records what operators look at and change, before they see it or it is done.</summary>
internal sealed class AuditTrail(IGrainFactory grains, Failover failover, TimeProvider time)
{
    /// <summary>Durable when it completes; if it fails, nothing may be shown.</summary>
    public Task RecordAsync(
        ClaimsPrincipal caller, string action, UserId? subject, string? how, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new AuditRecord(
            $"{Guid.CreateVersion7(now):n}", now, caller.UserId()!.Value, action, subject, how);
        return failover.RunAsync(
            async () =>
            {
                await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).RecordAsync(record);
                return true;
            },
            cancellationToken);
    }
}
