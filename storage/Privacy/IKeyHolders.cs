using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>Whoever something sealed is kept of: the list of all people whom the platform knows.</summary>
public interface IKeyHolders
{
    /// <summary>
    /// Those whose key was not destroyed, in order of id; also the owners of <see cref="KeyOwners"/>.
    /// </summary>
    /// <param name="after">Of the page before; null: from the beginning.</param>
    /// <param name="limit">At most so many, 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Empty: there are no more.</returns>
    ValueTask<IReadOnlyList<UserId>> ListAsync(UserId? after, int limit, CancellationToken cancellationToken);
}
