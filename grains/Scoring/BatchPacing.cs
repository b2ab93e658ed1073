namespace Engage.Grains.Scoring;

/// <summary>
/// Says for how many requests a batch may linger. The rule: answer at once, unless the batch before was answered less
/// than a linger delay ago and had several requests; then wait for as many again, at most the delay.
/// </summary>
/// <remarks>
/// <para>
/// While a batch is scored, those that arrive form the next one by themselves; load makes batches, and no timer is
/// needed. What needs one is the moment after: callers who were answered together come back one by one within
/// microseconds. Without lingering the first of them becomes a batch of one, and all others wait until it is done.
/// </para>
/// <para>
/// A delay that did not pay is not repeated: the batch that lingered in vain is small, the next one expects no more.
/// </para>
/// </remarks>
internal static class BatchPacing
{
    /// <param name="lastBatch">Requests of the batch before.</param>
    /// <param name="sinceLastBatch">From its last answer until the first of this batch was seen.</param>
    /// <returns>How many requests to wait for; 1 or less means at once.</returns>
    public static int Expected(int lastBatch, TimeSpan sinceLastBatch, ScoringOptions options) =>
        lastBatch < 2 || sinceLastBatch > options.BatchLingerDelay ? 1 : Math.Min(lastBatch, options.MaxBatchSize);
}
