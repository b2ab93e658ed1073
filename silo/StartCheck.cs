using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Engage.Silo;

/// <summary>
/// Healthy once this process' actors can be called: it has joined its cluster and has a model to score with.
/// </summary>
internal sealed class StartCheck : IHealthCheck
{
    private volatile bool _started;

    public void Started() => _started = true;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _started ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The actors are still starting."));
}
