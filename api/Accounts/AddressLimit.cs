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
    public void Count(HttpContext context) => Count(RateLimits.NetworkOf(context.Connection.RemoteIpAddress));

    /// <summary>A browser that is known is counted for itself, whatever others at its address do.</summary>
    /// <exception cref="BusyException">It asked too often within the minute.</exception>
    public void Count(KnownDevice device) => Count($"device {device.Id}");

    private void Count(string whose)
    {
        using var lease = _limiter.AttemptAcquire(whose);
        if (!lease.IsAcquired)
            throw new BusyException(
                "Too many sign-ins from where you are; nothing was done.", RateLimits.RetryAfterOf(lease));
    }

    public void Dispose() => _limiter.Dispose();
}
