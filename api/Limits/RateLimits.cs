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

    /// <summary>Requests a second from one user, sustained. Default 50.</summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Requests one user may save up. Default 200.</summary>
    public int RequestsBurst { get; set; } = 200;
}

internal static class RateLimits
{
    public const string PerAddress = "per-address";
    public const string PerUser = "per-user";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var limits = builder.Configuration.GetSection("Limits").Get<LimitOptions>() ?? new LimitOptions();
        builder.Services.AddRateLimiter(options =>
        {
            options.OnRejected = AnswerAsync;
            options.AddPolicy(PerAddress, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "local",
                _ => new() { PermitLimit = limits.AccountsPerMinute, Window = TimeSpan.FromMinutes(1) }));
            options.AddPolicy(PerUser, context => context.User.UserId() is { } user
                ? RateLimitPartition.GetTokenBucketLimiter(user.Value, _ => new()
                {
                    TokenLimit = limits.RequestsBurst,
                    TokensPerPeriod = limits.RequestsPerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                })
                : RateLimitPartition.GetNoLimiter("service"));
        });
    }

    private static async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var retryAfter = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
            ? wait
            : TimeSpan.FromSeconds(1);
        context.HttpContext.Response.Headers.RetryAfter =
            Problem.RetryAfterSeconds(retryAfter).ToString(CultureInfo.InvariantCulture);
        await Problem.Busy("You are asking faster than allowed; nothing was done.", retryAfter)
            .ToResult().ExecuteAsync(context.HttpContext);
    }
}
