using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>The two-tower part of the served model alone; the served model learns, this one only asks it.</summary>
internal sealed class TowersAlone(ServedModel served) : IPrequentialRecommender
{
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>>(
            served.Recommender.Publish().Retrieve(served.ContextOf(user), count));

    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation) => ValueTask.CompletedTask;
}

/// <summary>The served model's ranker over the served model's candidates, without re-ranking.</summary>
internal sealed class RankerAlone(ServedModel served) : IPrequentialRecommender
{
    private readonly RankedItem[][] _results = new RankedItem[1][];

    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation)
    {
        var query = new RecommendQuery(served.ContextOf(user), count, atMs) { UserId = user, AsRanked = true };
        served.Recommender.Publish().Recommend([query], _results);
        return ValueTask.FromResult<IReadOnlyList<string>>(Array.ConvertAll(_results[0], ranked => ranked.Item));
    }

    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation) => ValueTask.CompletedTask;
}
