namespace Engage.Grains.Activity;

/// <summary>
/// Since when the oldest event that a pump has not read yet has been waiting. The journal keeps no time of its own: an
/// event has been there since the first poke behind the read that left nothing over.
/// </summary>
internal sealed class ArrivalMark(TimeProvider time)
{
    private long? _unreadSinceMs;
    private long? _readSinceMs;
    private long _pastThrough;

    /// <summary>Something was appended, or may have been.</summary>
    public void Poked() => _unreadSinceMs ??= time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The pump begins again. Nobody waits for what the journal holds by now.</summary>
    /// <param name="head">The newest offset in it.</param>
    public void Rewound(long head) => (_pastThrough, _unreadSinceMs) = (head, null);

    /// <summary>Before each read: a poke that comes while it runs may be of what it does not find.</summary>
    public void Reading() => (_readSinceMs, _unreadSinceMs) = (_unreadSinceMs, null);

    /// <summary>After each read: since when the first event it found has been waiting, at most.</summary>
    /// <param name="after">Offset before that event.</param>
    /// <param name="all">Whether the read left nothing over.</param>
    /// <returns>Unix time in milliseconds; null for what was there before the pump began.</returns>
    public long? Read(long after, bool all)
    {
        if (!all) _unreadSinceMs = _readSinceMs ?? _unreadSinceMs;
        return after < _pastThrough ? null : _readSinceMs;
    }
}
