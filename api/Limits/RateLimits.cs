using System.Globalization;
using System.Threading.RateLimiting;
using Engage.Api.Accounts;
using Engage.Api.Problems;
using Microsoft.AspNetCore.RateLimiting;

namespace Engage.Api.Limits;

/// <summary>
/// How much one caller may ask. Services are trusted and not limited; the journal's own queue bounds them.
/// </summary>
internal sealed class LimitOptions
{
    /// <summary>
    /// Registrations and sign-ins a minute from one address: each costs a slow password hash. Default 60.
    /// </summary>
    public int AccountsPerMinute { get; set; } = 60;

    /// <summary>
    /// Requests a second from one user, sustained. Far above what a person does, far below what a server can; it keeps
    /// one broken client from taking the machine. Default 500.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 500;

    /// <summary>Requests one user may save up. Default 2,000.</summary>
    public int RequestsBurst { get; set; } = 2_000;
}

internal static class RateLimits
{
    public const string PerAddress = "per-address";
    public const string PerUser = "per-user";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var limits = Read(builder.Configuration);
        builder.Services.AddRateLimiter(options =>
        {
            options.OnRejected = AnswerAsync;
            options.AddPolicy(PerAddress, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "local",
                _ => new() { PermitLimit = limits.AccountsPerMinute, Window = TimeSpan.FromMinutes(1) }));
            options.AddPolicy(PerUser, context => context.User.UserId() is { } user
                ? RateLimitPartition.GetTokenBucketLimiter(user.Value, _ => BucketOf(limits))
                : RateLimitPartition.GetNoLimiter("service"));
        });
    }

    public static LimitOptions Read(IConfiguration configuration) =>
        configuration.GetSection("Limits").Get<LimitOptions>() ?? new LimitOptions();

    public static TokenBucketRateLimiterOptions BucketOf(LimitOptions limits) => new()
    {
        TokenLimit = limits.RequestsBurst,
        TokensPerPeriod = limits.RequestsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    public static TimeSpan RetryAfterOf(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);

    private static async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfterOf(context.Lease);
        context.HttpContext.Response.Headers.RetryAfter =
            Problem.RetryAfterSeconds(retryAfter).ToString(CultureInfo.InvariantCulture);
        await Problem.Busy("You are asking faster than allowed; nothing was done.", retryAfter)
            .ToResult().ExecuteAsync(context.HttpContext);
    }
}
