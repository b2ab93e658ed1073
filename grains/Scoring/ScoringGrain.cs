using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Orleans.Concurrency;

namespace Engage.Grains.Scoring;

/// <summary>
/// The door to the silo's scoring threads, one per silo. Its turns are as short as an entry in a queue; batches form
/// behind it (<see cref="ScoringThreads"/>).
/// </summary>
[StatelessWorker(1), Reentrant]
internal sealed class ScoringGrain(
    ScoringThreads scoring, ModelBoard board, ModelFollower follower, OutlookDesk outlooks, TimeProvider time)
    : Grain, IScoringGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (board.Current is not null) return;

        // The model publishes when it is activated here and stores when it is activated elsewhere: asking anything of
        // it is enough.
        await GrainFactory.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        if (board.Current is null) await follower.FollowAsync(cancellationToken);
    }

    public Task<Ranking> RankAsync(RankingRequest request, CancellationToken cancellationToken) =>
        scoring.RankAsync(request, cancellationToken);

    public Task<Ranking> SimilarAsync(ContentId content, int limit) => Task.FromResult(WithModel(model =>
        RecommendMapping.ToRanking(
            model.Snapshot.Similar(
                content.Value, limit, new(AvailableAtMs: time.GetUtcNow().ToUnixTimeMilliseconds())),
            model.Snapshot.Version)));

    public Task<UserOutlook> OutlookAsync(RecentAction[] actions) =>
        Task.FromResult(WithModel(model => outlooks.Ask(model, actions, time)));

    private T WithModel<T>(Func<PublishedModel, T> ask)
    {
        var model = board.Hold()
            ?? throw new InvalidOperationException("Scoring: the model has not published a snapshot yet.");
        try
        {
            return ask(model);
        }
        finally
        {
            model.Release();
        }
    }
}
