using Engage.Evaluation;

namespace Engage.Bench.Evaluation;

/// <summary>The two-tower part of the served model alone; the served model learns, this one only asks it.</summary>
internal sealed class RetrievalModel(ServedModel served) : IPrequentialRecommender
{
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>>(
            served.Recommender.Publish().Retrieve(served.ContextOf(user), count));

    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation) => ValueTask.CompletedTask;
}
