namespace Engage.Recommend;

/// <summary>Plain statistics of one item. Numbers of events are 64 bits wide: at 1,000 a second 31 bits last 25
/// days.</summary>
internal struct ItemStats
{
    /// <summary>Number of the stream's event at which the item was first taken; -1 when it never was.</summary>
    public long FirstEvent;

    /// <summary>Number of the stream's event at which the item was last taken; -1 when it never was.</summary>
    public long LastEvent;

    /// <summary>Publication, or first engagement where none is known, in Unix milliseconds.</summary>
    public long BornAtMs;

    /// <summary>Last engagement in Unix milliseconds.</summary>
    public long LastAtMs;

    /// <summary>First engagements by users.</summary>
    public int Takers;

    /// <summary>Mean over the takers of log(1 + items had before), slowly forgetting.</summary>
    public float StageMean;

    /// <summary>Variance of the same.</summary>
    public float StageVariance;

    /// <summary>Of no meaning: see <see cref="ModelState"/>.</summary>
    public int Gap;

    /// <summary>Counts a taker.</summary>
    /// <param name="stage">log(1 + items the user had before).</param>
    public void TakeAt(float stage)
    {
        Takers++;
        // The plain mean of the first 50 takers, then an exponential one.
        var rate = MathF.Max(0.02f, 1f / Takers);
        var off = stage - StageMean;
        StageMean += rate * off;
        StageVariance += rate * ((off * off * (1 - rate)) - StageVariance);
    }
}
