namespace Engage.Api.Rooms;

/// <summary>
/// When a room is flushed: at once if it was idle, otherwise as late as keeps flushing within a share of the core, and
/// never later than the longest tick after the first thing that waits. Reads no clock: times are timestamps.
/// </summary>
/// <param name="share">Of a core, above 0 to 1.</param>
/// <param name="tickMax">The longest wait.</param>
internal sealed class FlushPacing(double share, TimeSpan tickMax)
{
    private TimeSpan _notBefore = TimeSpan.MinValue;

    /// <param name="firstWaiting">When the oldest of what waits came.</param>
    /// <returns>How long to wait from <paramref name="now"/> until the next flush; zero: flush now.</returns>
    public TimeSpan Wait(TimeSpan now, TimeSpan firstWaiting)
    {
        var latest = firstWaiting + tickMax;
        var due = _notBefore < latest ? _notBefore : latest;
        return due <= now ? TimeSpan.Zero : due - now;
    }

    public void Flushed(TimeSpan began, TimeSpan ended)
    {
        var pause = (ended - began) / share;
        _notBefore = began + (pause < tickMax ? pause : tickMax);
    }
}
