using Orleans.Concurrency;

namespace Engage.Contracts.Creators;

/// <summary>Whose accounts act for one creator: they see the dashboard. Key: the creator's id.</summary>
/// <remarks>Says nothing about communities: who owns a creator need not moderate a room.</remarks>
[Alias("engage.ICreatorAccessGrain")]
public interface ICreatorAccessGrain : IGrainWithStringKey
{
    /// <summary>Doing it again is harmless.</summary>
    /// <returns>False if the creator has <see cref="OwnersMax"/> owners already.</returns>
    [Alias("GrantAsync")]
    Task<bool> GrantAsync(UserId user);

    /// <summary>Doing it again is harmless.</summary>
    [Alias("RevokeAsync")]
    Task RevokeAsync(UserId user);

    [AlwaysInterleave, Alias("IsOwnerAsync")]
    Task<bool> IsOwnerAsync(UserId user);

    const int OwnersMax = 100;
}
