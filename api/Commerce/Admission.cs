using System.Collections.Concurrent;
using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Commerce;

/// <summary>
/// Whether somebody may enter or open something. Whether it is locked at all is known here for a second, so that a
/// crowd before an open door asks nobody.
/// </summary>
internal sealed class Admission(IGrainFactory grains, Failover failover, TimeProvider time)
{
    private const int LocksMax = 10_000;
    private const string Near = "local";
    private static readonly TimeSpan LockAge = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, (long At, Task<bool> Locked)> _locks = [];

    /// <returns>Null if she may, otherwise what she is answered.</returns>
    public async Task<ProblemDetails?> RefusalAsync(string resource, UserId user)
    {
        if (!await IsLockedAsync(resource)) return null;
        var answer = await CheckAsync(resource, user);
        return answer.IsAllowed ? null : CommerceProblems.PaymentRequired(resource, answer.Offers);
    }

    public Task<AccessAnswer> CheckAsync(string resource, UserId user) => failover.RunAsync(
        () => grains.GetGrain<IEntitlementsGrain>(user.Value).CheckAsync(resource), CancellationToken.None);

    /// <returns>What a definition says of the caller's access.</returns>
    public async Task<string> AccessAsync(string resource, ClaimsPrincipal caller)
    {
        if (!await IsLockedAsync(resource)) return CommerceNames.Of(Access.Free);
        if (caller.IsService()) return CommerceNames.Of(Access.Granted);
        return CommerceNames.Of(
            caller.UserId() is { } user ? (await CheckAsync(resource, user)).Access : Access.Locked);
    }

    public async Task<bool> IsLockedAsync(string resource)
    {
        var now = time.GetTimestamp();
        if (_locks.TryGetValue(resource, out var known) && time.GetElapsedTime(known.At, now) < LockAge)
            return await known.Locked;

        if (_locks.Count >= LocksMax) _locks.Clear();
        var asking = failover.RunAsync(
            () => grains.GetGrain<IDoorGrain>(Near).IsLockedAsync(resource), CancellationToken.None);
        _locks[resource] = (now, asking);
        try
        {
            return await asking;
        }
        catch
        {
            _locks.TryRemove(new(resource, (now, asking)));
            throw;
        }
    }
}
