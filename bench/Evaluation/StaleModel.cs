using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>
/// The served model as it would be if it were updated more rarely: users' histories are up to date, the weights and
/// counts are those of the last snapshot that was due.
/// </summary>
/// <param name="scale">Like the served model's, and nobody else's.</param>
internal sealed class StaleModel(SnapshotFeed feed, RatingScale? scale) : IPrequentialRecommender
{
    private readonly UserHistories _users = new();
    private readonly UserActions _actions = new(scale);
    private RecommenderSnapshot? _snapshot;
    private int _events;
    private int _looked = -1;

    public async ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        await FollowAsync(cancellation).ConfigureAwait(false);
        if (_snapshot is null)
            return [];
        var query = new RecommendQuery(_users.ContextOf(user), count, atMs)
        {
            UserId = user, Actions = _actions.Of(user),
        };
        return _snapshot.ByStage(query).Served;
    }

    public async ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        await FollowAsync(cancellation).ConfigureAwait(false);
        _users.Engage(interaction.User, interaction.Item, interaction.AtMs);
        _actions.Keep(interaction);
        _events++;
    }

    private async ValueTask FollowAsync(CancellationToken cancellation)
    {
        if (_looked == _events)
            return;
        _looked = _events;
        if (!feed.IsDue(_events))
            return;
        // The learner writes its pages again.
        _snapshot?.Release();
        _snapshot = await feed.TakeAsync(cancellation).ConfigureAwait(false);
    }
}
