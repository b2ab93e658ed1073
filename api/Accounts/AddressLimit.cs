using System.Threading.RateLimiting;
using Engage.Api.Limits;
using Engage.Contracts;

namespace Engage.Api.Accounts;

/// <summary>
/// How often one address may ask for what costs a slow password hash or a letter. Refreshing is not among it: a school
/// behind one address does that all day.
/// </summary>
internal sealed class AddressLimit : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter;

    public AddressLimit(IConfiguration configuration)
    {
        var limits = RateLimits.Read(configuration);
        _limiter = PartitionedRateLimiter.Create<string, string>(address =>
            RateLimitPartition.GetFixedWindowLimiter(
                address, _ => new() { PermitLimit = limits.AccountsPerMinute, Window = TimeSpan.FromMinutes(1) }));
    }

    /// <exception cref="BusyException">It asked too often within the minute.</exception>
    public void Count(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(RateLimits.NetworkOf(context.Connection.RemoteIpAddress));
        if (!lease.IsAcquired)
            throw new BusyException(
                "Too many sign-ins from your address; nothing was done.", RateLimits.RetryAfterOf(lease));
    }

    public void Dispose() => _limiter.Dispose();
}
