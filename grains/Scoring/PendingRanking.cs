using Engage.Contracts.Recommending;
using Engage.Recommend;

namespace Engage.Grains.Scoring;

/// <summary>A request that waits, and the promise of its answer.</summary>
internal sealed class PendingRanking : TaskCompletionSource<Ranking>
{
    private readonly CancellationTokenRegistration _cancellation;

    /// <param name="arrivedAt">Timestamp of the time provider that also reads the deadline.</param>
    public PendingRanking(
        RecommendQuery query, RankingPriority priority, long arrivedAt, TimeSpan deadline,
        CancellationToken cancellationToken)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (Query, Priority, ArrivedAt, Deadline) = (query, priority, arrivedAt, deadline);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(
                static (request, token) => ((PendingRanking)request!).TrySetCanceled(token), this);
    }

    /// <summary>What is asked; its time is that of the batch.</summary>
    public RecommendQuery Query { get; }

    public RankingPriority Priority { get; }

    public long ArrivedAt { get; }

    /// <summary>How long it may wait from <see cref="ArrivedAt"/>.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>Its caller has gone; it only has a place in the queue still.</summary>
    public bool IsAbandoned => Task.IsCompleted;

    public void Answer(Ranking ranking)
    {
        _cancellation.Dispose();
        TrySetResult(ranking);
    }

    public void Fail(Exception exception)
    {
        _cancellation.Dispose();
        TrySetException(exception);
    }
}
