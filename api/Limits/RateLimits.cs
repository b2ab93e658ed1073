using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Engage.Api.Authorization;
using Engage.Api.Problems;
using Microsoft.AspNetCore.RateLimiting;

namespace Engage.Api.Limits;

/// <summary>
/// Every request is counted three times: against its address, its caller, and where the table says so against the
/// sign-ins of its address. Whoever is over one of them is answered 429.
/// </summary>
internal static class RateLimits
{
    /// <summary>The part of an IPv6 address that a provider gives to one customer.</summary>
    private const int NetworkBytes = 8;

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var limits = Read(builder.Configuration);
        builder.Services.AddRateLimiter(options => options.OnRejected = AnswerAsync);
        builder.Services.AddOptions<RateLimiterOptions>().Configure<AccessIndex>((options, index) =>
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                OfAddress(limits), OfCaller(limits),
                OfRoute(Limit.SignIn, limits.AccountsPerMinute, index),
                OfRoute(Limit.Guest, limits.GuestsPerMinute, index)));
    }

    public static LimitOptions Read(IConfiguration configuration) =>
        configuration.GetSection("Limits").Get<LimitOptions>() ?? new LimitOptions();

    public static TokenBucketRateLimiterOptions BucketOf(LimitOptions limits) =>
        Bucket(limits.RequestsBurst, limits.RequestsPerSecond);

    public static TimeSpan RetryAfterOf(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);

    /// <returns>Who is counted: whom the token is about. Null for a back end, and for whoever has none.</returns>
    public static string? CountedAs(ClaimsPrincipal caller) =>
        (caller.Roles() & (Who.Guest | Who.User | Who.Operator)) == Who.Nobody ? null : caller.FindFirstValue("sub");

    /// <returns>What one customer of a provider has: an IPv4 address, or an IPv6 network.</returns>
    public static string NetworkOf(IPAddress? address)
    {
        if (address is null) return "local";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : address.ToString();
    }

    private static PartitionedRateLimiter<HttpContext> OfAddress(LimitOptions limits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => IsService(context)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(
                NetworkOf(context.Connection.RemoteIpAddress),
                _ => Bucket(limits.AddressRequestsBurst, limits.AddressRequestsPerSecond)));

    private static PartitionedRateLimiter<HttpContext> OfCaller(LimitOptions limits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => CountedAs(context.User) is { } caller
            ? RateLimitPartition.GetTokenBucketLimiter(caller, _ => BucketOf(limits))
            : RateLimitPartition.GetNoLimiter(""));

    private static PartitionedRateLimiter<HttpContext> OfRoute(Limit limit, int perMinute, AccessIndex index) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => LimitOf(context, index) == limit
            ? RateLimitPartition.GetFixedWindowLimiter(
                NetworkOf(context.Connection.RemoteIpAddress),
                _ => new() { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter(""));

    private static bool IsService(HttpContext context) => (context.User.Roles() & Who.Service) != Who.Nobody;

    private static Limit LimitOf(HttpContext context, AccessIndex index) =>
        context.GetEndpoint() is RouteEndpoint endpoint
        && index.Of(endpoint, HttpMethods.GetCanonicalizedValue(context.Request.Method)) is { } rule
            ? rule.Limit
            : Limit.Caller;

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };

    private static async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfterOf(context.Lease);
        context.HttpContext.Response.Headers.RetryAfter =
            Problem.RetryAfterSeconds(retryAfter).ToString(CultureInfo.InvariantCulture);
        await Problem.Busy("You are asking faster than allowed; nothing was done.", retryAfter)
            .ToResult().ExecuteAsync(context.HttpContext);
    }
}
