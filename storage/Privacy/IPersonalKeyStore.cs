using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>The rows of the personal keys, as a database keeps them: wrapped.</summary>
internal interface IPersonalKeyStore
{
    /// <summary>Those of the users that have a row, in no order.</summary>
    ValueTask<IReadOnlyList<StoredKey>> FindAsync(IReadOnlyList<UserId> users, CancellationToken cancellationToken);

    /// <summary>Users that have a key, behind that one in order of id, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<UserId>> ListAsync(string after, int limit, CancellationToken cancellationToken);

    /// <summary>Durable when it completes. Who has a row already keeps it, also one without a key.</summary>
    ValueTask AddAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Overwrites the key, durably, and leaves nothing of it in files of the database that it can reach.
    /// </summary>
    ValueTask DestroyAsync(UserId user, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Keys that keys of the ring below this one wrap, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<StoredKey>> FindWrappedBelowAsync(
        int ringKey, int limit, CancellationToken cancellationToken);

    /// <summary>Replaces what is still as it was read; the others have changed meanwhile and stay.</summary>
    ValueTask RewrapAsync(IReadOnlyList<RewrappedKey> keys, CancellationToken cancellationToken);
}

/// <param name="RingKey">Number of the ring's key that wraps it.</param>
/// <param name="Wrapped">Null when it was destroyed.</param>
internal sealed record StoredKey(UserId User, int RingKey, byte[]? Wrapped);

internal sealed record RewrappedKey(UserId User, int From, int To, byte[] Wrapped);
