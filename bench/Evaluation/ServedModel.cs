using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>
/// The answer that users get: the product's own recommender, learning from every event what the users' actors and the
/// model's actor would teach it. Asking and learning take turns here, so that what is asked is the model itself, as it
/// would be published after each event: nobody else reads, and what an event changes need not be copied.
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
    private RecommenderSnapshot? _look;
    private StageAnswers? _answers;
    private int _events;

    /// <summary>How well the model foresaw what it then learned.</summary>
    public LearningProgress Progress => _recommender.Progress;

    /// <summary>What each stage answers to the next event's user, found once for all that are asked before it is
    /// learned.</summary>
    public StageAnswers Answers(string user, int count, long atMs) => _answers ??= Look().ByStage(
        new RecommendQuery(_users.ContextOf(user), count, atMs) { UserId = user, Actions = _actions.Of(user) });

    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>>(Answers(user, count, atMs).Served);

    public async ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        if (_events == 0)
            await GiveAsync(cancellation).ConfigureAwait(false);
        var before = _users.ContextOf(interaction.User);
        var isFirst = _users.Engage(interaction.User, interaction.Item, interaction.AtMs);
        probe?.Observe(Look(), before, interaction, isFirst);
        (_look, _answers) = (null, null);
        if (isFirst)
            _recommender.Learn(before, interaction.Item, 1, interaction.AtMs, interaction.User);
        else
            _recommender.Observe(interaction.Item, 1, interaction.AtMs, interaction.User);
        _actions.Act(_recommender, interaction);
        _events++;
        await GiveAsync(cancellation).ConfigureAwait(false);
    }

    private RecommenderSnapshot Look() => _look ??= _recommender.Look();

    private async ValueTask GiveAsync(CancellationToken cancellation)
    {
        foreach (var follower in followers)
            if (follower.IsDue(_events))
                await follower.GiveAsync(_recommender.Publish(), cancellation).ConfigureAwait(false);
    }
}
