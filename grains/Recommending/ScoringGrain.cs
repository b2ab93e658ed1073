using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Recommend;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Engage.Grains.Recommending;

/// <summary>
/// One per silo. Requests that arrive while a batch is scored wait together and become the next batch: an idle grain
/// answers at once, a busy one batches as much as its load asks for, and no timer decides.
/// </summary>
[StatelessWorker(1), Reentrant]
internal sealed class ScoringGrain(
    ModelBoard board, ModelFollower follower, TimeProvider time, IOptions<ScoringOptions> options)
    : Grain, IScoringGrain
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromMilliseconds(250);
    private readonly Queue<Waiting> _waiting = new();
    private bool _draining;

    private sealed record Waiting(InterestView Interest, int Limit, TaskCompletionSource<Ranking> Answer);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (board.Current is not null) return;

        // The model publishes when it is activated here and stores when it is activated elsewhere: asking anything of
        // it is enough.
        await GrainFactory.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        if (board.Current is null) await follower.FollowAsync(cancellationToken);
    }

    public Task<Ranking> RankAsync(InterestView interest, int limit)
    {
        if (_waiting.Count >= options.Value.QueueMax)
            throw new BusyException(
                $"Scoring: {_waiting.Count} requests wait already; try again later.", BusyRetryAfter);

        var waiting = new Waiting(interest, limit, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue(waiting);
        if (!_draining) _ = DrainAsync();
        return waiting.Answer.Task;
    }

    public Task<Ranking> SimilarAsync(ContentId content, int limit)
    {
        var model = Model();
        var ranked = model.Snapshot.Similar(content.Value, limit, model.NowMs(time));
        return Task.FromResult(ranked.ToRanking(model.Snapshot.Version));
    }

    private async Task DrainAsync()
    {
        _draining = true;
        try
        {
            while (_waiting.Count > 0)
            {
                // Requests already in the mailbox get their turn first and join this batch.
                await Task.Yield();
                ScoreBatch();
            }
        }
        finally
        {
            _draining = false;
        }
    }

    private void ScoreBatch()
    {
        var batch = new Waiting[Math.Min(_waiting.Count, options.Value.BatchMax)];
        for (var i = 0; i < batch.Length; i++) batch[i] = _waiting.Dequeue();
        try
        {
            var model = Model();
            var nowMs = model.NowMs(time);
            var results = new RankedItem[batch.Length][];
            model.Snapshot.Recommend(
                Array.ConvertAll(
                    batch, waiting => new RecommendQuery(waiting.Interest.ToContext(), waiting.Limit, nowMs)),
                results);
            for (var i = 0; i < batch.Length; i++)
                batch[i].Answer.SetResult(results[i].ToRanking(model.Snapshot.Version));
        }
#pragma warning disable CA1031 // Whatever failed, each caller of the batch gets it; nobody waits for ever.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var waiting in batch) waiting.Answer.TrySetException(exception);
        }
    }

    private PublishedModel Model() =>
        board.Current ?? throw new InvalidOperationException("Scoring: the model has not published a snapshot yet.");
}
