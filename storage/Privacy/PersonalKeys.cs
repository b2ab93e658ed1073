using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// The personal keys, unwrapped: from memory, or from the database, where they are made on first need. Durable before
/// anything is sealed with them.
/// </summary>
internal sealed class PersonalKeys(IPersonalKeyStore store, KeyRing ring, KeyCache cache, TimeProvider time)
    : IKeyHolders
{
    /// <returns>Null when there is none, or none any more.</returns>
    public ValueTask<byte[]?> FindAsync(UserId user, CancellationToken cancellationToken) =>
        cache.Find(user) is { } cached
            ? new(cached.Key)
            : FindOneAsync(user, cancellationToken);

    /// <exception cref="PersonErasedException">Her key was destroyed.</exception>
    public ValueTask<byte[]> GetAsync(UserId user, CancellationToken cancellationToken) =>
        cache.Find(user) is { } cached
            ? new(cached.Key ?? throw new PersonErasedException(user))
            : GetOneAsync(user, cancellationToken);

    /// <returns>The keys of those who have one.</returns>
    public async ValueTask<Dictionary<UserId, byte[]>> FindAsync(
        IEnumerable<UserId> users, CancellationToken cancellationToken)
    {
        var (found, unknown) = Look(users);
        if (unknown.Count > 0) await ReadAsync(unknown, found, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>As <see cref="FindAsync(IEnumerable{UserId}, CancellationToken)"/>, but who never had a key gets
    /// one.</summary>
    /// <returns>The keys of all who were not erased.</returns>
    public async ValueTask<Dictionary<UserId, byte[]>> GetAsync(
        IEnumerable<UserId> users, CancellationToken cancellationToken)
    {
        var (found, unknown) = Look(users);
        if (unknown.Count == 0) return found;

        var missing = await ReadAsync(unknown, found, cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0) return found;

        var newest = await NewestAsync(cancellationToken).ConfigureAwait(false);
        var made = missing
            .OrderBy(user => user.Value, StringComparer.Ordinal)
            .Select(user => newest.Wrap(user, PersonalSeal.NewKey()))
            .ToList();
        await store.AddAsync(made, cancellationToken).ConfigureAwait(false);
        // Another node may have been first: what counts is what is stored.
        await ReadAsync(missing, found, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserId>> ListAsync(
        UserId? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(after?.Value ?? "", limit, cancellationToken);

    public async ValueTask DestroyAsync(UserId user, CancellationToken cancellationToken)
    {
        await store.DestroyAsync(user, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        cache.Add(user, null);
    }

    private async ValueTask<byte[]?> FindOneAsync(UserId user, CancellationToken cancellationToken) =>
        (await FindAsync([user], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(user);

    private async ValueTask<byte[]> GetOneAsync(UserId user, CancellationToken cancellationToken) =>
        (await GetAsync([user], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(user)
        ?? throw new PersonErasedException(user);

    private (Dictionary<UserId, byte[]> Found, HashSet<UserId> Unknown) Look(IEnumerable<UserId> users)
    {
        var found = new Dictionary<UserId, byte[]>();
        var unknown = new HashSet<UserId>();
        foreach (var user in users)
        {
            if (found.ContainsKey(user)) continue;
            if (cache.Find(user) is not { } cached) unknown.Add(user);
            else if (cached.Key is { } key) found.Add(user, key);
        }
        return (found, unknown);
    }

    /// <returns>Those who have no row.</returns>
    private async ValueTask<HashSet<UserId>> ReadAsync(
        HashSet<UserId> users, Dictionary<UserId, byte[]> found, CancellationToken cancellationToken)
    {
        var missing = new HashSet<UserId>(users);
        foreach (var row in await store.FindAsync([.. users], cancellationToken).ConfigureAwait(false))
        {
            missing.Remove(row.User);
            var key = row.Wrapped is { } wrapped ? ring.Find(row.RingKey).Unwrap(row.User, wrapped) : null;
            if (cache.Add(row.User, key).Key is { } known) found[row.User] = known;
        }
        return missing;
    }

    /// <exception cref="StorageException">The folder is empty, but not the database: it is the wrong one.</exception>
    private async ValueTask<RingKey> NewestAsync(CancellationToken cancellationToken)
    {
        if (ring.Newest is { } newest) return newest;

        ring.Refresh();
        if (ring.Newest is { } read) return read;
        var others = await store.FindWrappedBelowAsync(int.MaxValue, 1, cancellationToken).ConfigureAwait(false);
        return others is [var row, ..] ? ring.Find(row.RingKey) : ring.Add();
    }
}
