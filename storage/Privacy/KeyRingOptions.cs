namespace Engage.Storage.Privacy;

/// <summary>Where the ring of keys lies that makes personal data readable, and how long its keys are used.</summary>
public sealed class KeyRingOptions
{
    /// <summary>
    /// The folder of the ring, made when absent; shared by all nodes, backed up apart from the database: whoever has
    /// both can read everything, whoever loses it can read nothing personal any more. Default: <c>keys</c> under
    /// <see cref="StorageOptions.Path"/>.
    /// </summary>
    public string? KeyFolder { get; set; }

    /// <summary>
    /// Age at which the newest key is followed by a new one, and all personal keys are wrapped anew. Shorter: what was
    /// erased is sooner unreadable in old backups of the database, too. 1 day to 10 years. Default: 30 days.
    /// </summary>
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Personal keys kept unwrapped in memory, some 200 bytes each. 2 to 16,777,216. Default: 65,536.
    /// </summary>
    public int CachedKeysMax { get; set; } = 65_536;

    /// <summary>
    /// How long a key in memory is believed to be still in the database, where another node may destroy it. 1 second to
    /// 1 hour. Default: 1 minute.
    /// </summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <exception cref="ArgumentException">An option is out of its range; the text names it.</exception>
    internal void Validate()
    {
        if (KeyLifetime < TimeSpan.FromDays(1) || KeyLifetime > TimeSpan.FromDays(3_653))
            throw new ArgumentException($"Storage option {nameof(KeyLifetime)} is {KeyLifetime}; expected 1 day to 10 "
                + "years.");
        if (CachedKeysMax is < 2 or > 16_777_216)
            throw new ArgumentException($"Storage option {nameof(CachedKeysMax)} is {CachedKeysMax}; expected 2 to "
                + "16,777,216.");
        if (CacheLifetime < TimeSpan.FromSeconds(1) || CacheLifetime > TimeSpan.FromHours(1))
            throw new ArgumentException($"Storage option {nameof(CacheLifetime)} is {CacheLifetime}; expected 1 second "
                + "to 1 hour.");
    }
}
