using System.Threading.Channels;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>
/// Carries the snapshots of one learning model to one that answers with older ones. Both walk the same stream in passes
/// of their own; the snapshot due after n events is handed over when the learner has learned n. A learner that runs
/// ahead waits, so that few snapshots are alive.
/// </summary>
/// <param name="due">Whether a snapshot is due after so many events.</param>
internal sealed class SnapshotFeed(Predicate<int> due)
{
    private readonly Channel<RecommenderSnapshot> _handedOver = Channel.CreateBounded<RecommenderSnapshot>(4);

    public bool IsDue(int events) => due(events);

    public ValueTask GiveAsync(RecommenderSnapshot snapshot, CancellationToken cancellation) =>
        _handedOver.Writer.WriteAsync(snapshot, cancellation);

    public ValueTask<RecommenderSnapshot> TakeAsync(CancellationToken cancellation) =>
        _handedOver.Reader.ReadAsync(cancellation);
}
