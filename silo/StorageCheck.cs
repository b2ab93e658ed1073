using Engage.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Engage.Silo;

/// <summary>Healthy means that a write becomes durable.</summary>
internal sealed class StorageCheck(IStorageProbe probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await probe.CheckAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
