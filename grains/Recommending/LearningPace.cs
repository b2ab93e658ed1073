using Engage.Contracts.Recommending;
using StableHash = Engage.Neural.StableHash;

namespace Engage.Grains.Recommending;

/// <summary>
/// Which events train the ranker while learning falls behind. Until <see cref="ModelOptions.ThinAfter"/> all do; of
/// events that have waited w times as long, one in w² does, drawn by its place in the journal: a fair sample, the same
/// at each delivery. The ranker is most of an event's cost, so the wait settles where learning keeps up, and everything
/// else - towers, ties, trends, what users do next - still learns from every event.
/// </summary>
/// <remarks>
/// Memoryless, so that it cannot swing, nor stay where it is no longer needed. Nobody waits for what was journaled
/// before its pump began (<see cref="LearningBatch.WaitingSinceMs"/>): that trains in full, and a model that is learned
/// anew is as good as the first. Rejected: refusing events, which costs facts to save work; leaving the newest or
/// the oldest out, which is no fair sample.
/// </remarks>
internal sealed class LearningPace(ModelOptions options, TimeProvider time)
{
    /// <summary>However late it is, the ranker goes on following the stream.</summary>
    private const double ShareMin = 1.0 / 64;

    /// <summary>Whether an example of this batch, about to be learned, is to train the ranker too.</summary>
    public bool Ranks(LearningBatch batch, long offset)
    {
        if (batch.WaitingSinceMs is not { } since || options.ThinAfter == Timeout.InfiniteTimeSpan) return true;

        var waited = time.GetUtcNow().ToUnixTimeMilliseconds() - since;
        if (waited <= options.ThinAfter.TotalMilliseconds) return true;

        var share = Math.Max(ShareMin, Math.Pow(options.ThinAfter.TotalMilliseconds / waited, 2));
        return Draw(batch.Partition, offset) < share;
    }

    /// <returns>In [0, 1).</returns>
    private static double Draw(int partition, long offset) =>
        (StableHash.Mix(StableHash.Mix((ulong)partition) + (ulong)offset) >> 11) * (1.0 / (1UL << 53));
}
