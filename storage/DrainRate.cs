namespace Engage.Storage;

/// <summary>How fast the queue has lately been emptied, and so how long a refused caller should wait.</summary>
internal sealed class DrainRate
{
    /// <summary>
    /// Below it a caller would only spin; above it the estimate says more about the past than about the queue.
    /// </summary>
    public static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(5);

    /// <summary>The newest group weighs an eighth: a single slow fsync does not send everybody away for long.</summary>
    private const double Weight = 0.125;

    private double _rowsPerSecond;

    public void Observe(int rows, TimeSpan elapsed)
    {
        if (rows == 0 || elapsed <= TimeSpan.Zero) return;

        var newest = rows / elapsed.TotalSeconds;
        var known = Volatile.Read(ref _rowsPerSecond);
        Volatile.Write(ref _rowsPerSecond, known == 0 ? newest : known + (Weight * (newest - known)));
    }

    /// <summary>Time until half of what waits is gone: then there is room, and not yet an idle disk.</summary>
    public TimeSpan RetryAfter(long waitingRows)
    {
        var rate = Volatile.Read(ref _rowsPerSecond);
        if (rate <= 0) return RetryMax / 5;

        var seconds = waitingRows / 2.0 / rate;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, RetryMin.TotalSeconds, RetryMax.TotalSeconds));
    }
}
