using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench;

/// <summary>
/// The answer that users get: the product's own recommender, learning from every event and publishing after each, with
/// one
/// <see cref="UserInterest"/> per user as the user's actor keeps it.
/// </summary>
internal sealed class ServedModel(RecommenderOptions options, ulong seed) : IPrequentialRecommender
{
    private readonly Dictionary<string, UserInterest> _users = new(StringComparer.Ordinal);
    private readonly Recommender _recommender = new(options, seed);
    private readonly RankedItem[][] _results = new RankedItem[1][];
    private long _offset;

    /// <summary>The recommender, for the rows of its parts.</summary>
    public Recommender Recommender => _recommender;

    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        _recommender.Publish().Recommend([new(ContextOf(user), count, atMs)], _results);
        return ValueTask.FromResult<IReadOnlyList<string>>(Array.ConvertAll(_results[0], ranked => ranked.Item));
    }

    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
    {
        var before = ContextOf(interaction.User);
        if (_users[interaction.User].Engage(interaction.Item, 1, interaction.AtMs, _offset++))
            _recommender.Learn(before, interaction.Item, 1, interaction.AtMs);
        else
            _recommender.Observe(interaction.Item, 1, interaction.AtMs);
        return ValueTask.CompletedTask;
    }

    public UserContext ContextOf(string user)
    {
        if (!_users.TryGetValue(user, out var interest))
            _users.Add(user, interest = new());
        return interest.Current();
    }
}
