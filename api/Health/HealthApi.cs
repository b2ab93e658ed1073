using Engage.Api.Problems;
using Engage.Contracts.Recommending;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Engage.Api.Health;

internal static class HealthApi
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    public static void AddHealth(this WebApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck<RankingCheck>("ranking", timeout: AnswerMax);

    /// <summary>Alive: the process answers. Ready: storage, actors and model answer too.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = AnswerAsync });
    }

    private static Task AnswerAsync(HttpContext context, HealthReport report)
    {
        var failing = report.Entries
            .Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => entry.Key);
        var answer = report.Status == HealthStatus.Healthy
            ? TypedResults.Ok(new { status = "ready" })
            : Problem.NotReady($"Not answering: {string.Join(", ", failing)}; ask again.").ToResult();
        return answer.ExecuteAsync(context);
    }
}

/// <summary>A question travels the whole way: an actor loads its state and the model ranks for it.</summary>
internal sealed class RankingCheck(IGrainFactory grains) : IHealthCheck
{
    private const string ProbeUser = "readiness-probe";

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await grains.GetGrain<IUserGrain>(ProbeUser).GetFeedAsync(new(1, null), cancellationToken)
            .WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
