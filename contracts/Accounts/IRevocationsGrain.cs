using Orleans.Concurrency;

namespace Engage.Contracts.Accounts;

/// <summary>
/// The sessions that ended while tokens of theirs were still good. Key: <see cref="Key"/>. Nodes watch it, and refuse
/// those tokens.
/// </summary>
[Alias("engage.IRevocationsGrain")]
public interface IRevocationsGrain : IGrainWithStringKey
{
    const string Key = "all";

    /// <summary>Durable when it completes; every node that watches has been told by then, or is about to be.</summary>
    /// <exception cref="BusyException">More are kept than a list of one node holds.</exception>
    [Alias("RevokeAsync")]
    Task RevokeAsync([Immutable] Revocation[] revocations);

    /// <summary>From then on further ones are told; renew within <see cref="WatchLifetime"/>.</summary>
    /// <returns>All that are still needed.</returns>
    [AlwaysInterleave, Alias("WatchAsync")]
    Task<Revocation[]> WatchAsync(IRevocationObserver observer);

    static readonly TimeSpan WatchLifetime = TimeSpan.FromMinutes(1);
}

[Alias("engage.IRevocationObserver")]
public interface IRevocationObserver : IGrainObserver
{
    [Alias("OnRevoked")]
    void OnRevoked([Immutable] Revocation[] revocations);
}

/// <param name="Reason">Of <see cref="RevocationReasons"/>.</param>
/// <param name="Until">When its last token is no longer accepted.</param>
[GenerateSerializer, Immutable, Alias("engage.revocation")]
public sealed record Revocation(
    [property: Id(0)] string Session, [property: Id(1)] string Reason, [property: Id(2)] DateTimeOffset Until);
