using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>A stage of the served model; the served model learns, this one only asks it.</summary>
/// <param name="stage">Which of the answers is its own.</param>
internal sealed class ServedPart(ServedModel served, Func<StageAnswers, string[]> stage) : IPrequentialRecommender
{
    public ValueTask<IReadOnlyList<string>> RecommendAsync(
        string user, int count, long atMs, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<string>>(stage(served.Answers(user, count, atMs)));

    public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation) => ValueTask.CompletedTask;
}
