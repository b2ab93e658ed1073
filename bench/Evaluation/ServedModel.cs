using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>
/// The answer that users get: the product's own recommender, learning from every event what the users' actors and the
/// model's actor would teach it, and publishing after each.
/// </summary>
/// <param name="scale">Turns recorded ratings into stars; null when nothing was rated.</param>
/// <param name="followers">Get the snapshots that are due to them.</param>
/// <param name="probe">Judges each event before it is learned; null for none.</param>
internal sealed class ServedModel(
    RecommenderOptions options, ulong seed, RatingScale? scale, IReadOnlyList<SnapshotFeed> followers,
    EngagementProbe? probe)
    : IPrequentialRecommender
{
    private readonly UserHistories _users = new();
    private readonly UserActions _actions = new(scale);
    private readonly Recommender _recommender = new(options, seed);
    private readonly RankedItem[][] _results = new RankedItem[1][];
    private int _events;

    /// <summary>The recommender, for the rows of its parts.</summary>
    public Recommender Recommender => _recommender;

    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        var query = new RecommendQuery(ContextOf(user), count, atMs) { UserId = user, Actions = _actions.Of(user) };
        _recommender.Publish().Recommend([query], _results);
        return ValueTask.FromResult<IReadOnlyList<string>>(Array.ConvertAll(_results[0], ranked => ranked.Item));
    }

    public async ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        if (_events == 0)
            await GiveAsync(cancellation).ConfigureAwait(false);
        var before = ContextOf(interaction.User);
        var isFirst = _users.Engage(interaction.User, interaction.Item, interaction.AtMs);
        probe?.Observe(_recommender.Publish(), before, interaction, isFirst);
        if (isFirst)
            _recommender.Learn(before, interaction.Item, 1, interaction.AtMs, interaction.User);
        else
            _recommender.Observe(interaction.Item, 1, interaction.AtMs, interaction.User);
        _actions.Act(_recommender, interaction);
        _events++;
        await GiveAsync(cancellation).ConfigureAwait(false);
    }

    public UserContext ContextOf(string user) => _users.ContextOf(user);

    private async ValueTask GiveAsync(CancellationToken cancellation)
    {
        foreach (var follower in followers)
            if (follower.IsDue(_events))
                await follower.GiveAsync(_recommender.Publish(), cancellation).ConfigureAwait(false);
    }
}
