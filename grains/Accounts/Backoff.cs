namespace Engage.Grains.Accounts;

/// <summary>
/// Counts failures in a row and answers how long to wait before the next try: nothing for the first few, then twice as
/// long each time. A try counts as failed until it is told otherwise, so that many at once are as slow as one after
/// another. Never reads a clock.
/// </summary>
/// <param name="free">Failures in a row from which on a try has to wait.</param>
/// <param name="forgets">
/// After how long one failure is forgotten; null: all at once, after an hour without a try. For what many people share,
/// who would otherwise wait for the typing errors of all.
/// </param>
internal sealed class Backoff(int free, TimeSpan? forgets = null)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    /// <summary>After so long without a try all is forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);
    private int _failures;
    private DateTimeOffset _blockedUntil;
    private DateTimeOffset _triedAt;
    private DateTimeOffset _forgotAt;

    /// <returns>Zero: the try may be made, and counts. Otherwise how long to wait.</returns>
    public TimeSpan Try(DateTimeOffset now)
    {
        if (now < _blockedUntil) return _blockedUntil - now;
        if (now - _triedAt > Memory) _failures = 0;
        Forget(now);

        _failures++;
        _triedAt = now;
        if (_failures >= free) _blockedUntil = now + WaitAfter(_failures - free);
        return TimeSpan.Zero;
    }

    /// <returns>How long a try would have to wait now. Counts nothing.</returns>
    public TimeSpan Wait(DateTimeOffset now) => now < _blockedUntil ? _blockedUntil - now : TimeSpan.Zero;

    /// <summary>It was she: all is forgotten.</summary>
    public void Clear() => (_failures, _blockedUntil) = (0, default);

    /// <summary>One try was right, which says nothing of the others.</summary>
    public void TakeBack()
    {
        if (_failures > 0) _failures--;
        if (_failures < free) _blockedUntil = default;
    }

    private void Forget(DateTimeOffset now)
    {
        if (forgets is not { } each) return;
        if (_failures == 0) _forgotAt = now;

        var forgotten = Math.Min((long)((now - _forgotAt) / each), _failures);
        _failures -= (int)forgotten;
        _forgotAt += each * forgotten;
    }

    private static TimeSpan WaitAfter(int beyond)
    {
        const int DoublingsMax = 20;
        var wait = First * Math.Pow(2, Math.Min(beyond, DoublingsMax));
        return wait < WaitMax ? wait : WaitMax;
    }
}
