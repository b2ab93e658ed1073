using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// Unwrapped keys of those who were asked for lately, at most about <paramref name="keysMax"/>. Two generations: when
/// the young one is half of what is allowed, it becomes the old one, and what of the old one was not asked for
/// meanwhile is forgotten. As good as a list in order of use, and one lock of a few nanoseconds.
/// </summary>
/// <param name="keysMax">At least 2.</param>
/// <param name="lifetime">
/// How long a key is believed to be there: another node may have destroyed it.
/// </param>
internal sealed class KeyCache(int keysMax, TimeSpan lifetime, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Dictionary<string, CachedKey> _young = new(StringComparer.Ordinal);
    private Dictionary<string, CachedKey> _old = new(StringComparer.Ordinal);

    /// <returns>Null: nothing is known, or no longer.</returns>
    public CachedKey? Find(UserId user)
    {
        lock (_gate)
        {
            if (!_young.TryGetValue(user.Value, out var cached))
            {
                if (!_old.TryGetValue(user.Value, out cached)) return null;
                Put(user, cached);
            }
            return cached.Key is null || time.GetElapsedTime(cached.ReadAt) < lifetime ? cached : null;
        }
    }

    /// <summary>What was read before a destruction does not bring the key back.</summary>
    /// <returns>What is known of the user now.</returns>
    public CachedKey Add(UserId user, byte[]? key)
    {
        lock (_gate)
        {
            if (Known(user) is { Key: null } destroyed) return destroyed;

            var cached = new CachedKey(key, time.GetTimestamp());
            Put(user, cached);
            return cached;
        }
    }

    private CachedKey? Known(UserId user) =>
        _young.TryGetValue(user.Value, out var cached) || _old.TryGetValue(user.Value, out cached) ? cached : null;

    private void Put(UserId user, CachedKey cached)
    {
        if (_young.Count >= keysMax / 2)
        {
            _old = _young;
            _young = new(StringComparer.Ordinal);
        }
        _young[user.Value] = cached;
    }
}

/// <param name="Key">Null: destroyed.</param>
/// <param name="ReadAt">A timestamp.</param>
internal sealed record CachedKey(byte[]? Key, long ReadAt);
