using Orleans.Concurrency;

namespace Engage.Contracts.Privacy;

/// <summary>The erasure of one user (the key): asked for once, and gone on with until it is done.</summary>
[Alias("engage.IErasureGrain")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>
    /// Durable when it completes; from then on nothing stops it. Asking again answers the same erasure.
    /// </summary>
    [Alias("RequestAsync")]
    Task<ErasureView> RequestAsync();

    /// <returns>Null if nobody asked for it.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<ErasureView?> GetAsync();
}

/// <param name="Secret">What its id has that nobody can guess.</param>
/// <param name="DoneAt">Null while it is under way.</param>
[GenerateSerializer, Immutable, Alias("engage.erasure-view")]
public sealed record ErasureView(
    [property: Id(0)] string Secret,
    [property: Id(1)] DateTimeOffset RequestedAt,
    [property: Id(2)] DateTimeOffset? DoneAt);
