namespace Engage.Evaluation;

/// <summary>
/// What is tested, then trained, event by event. The loop never passes an event to <see cref="LearnAsync"/> before it
/// has the list of <see cref="RecommendAsync"/> for that event's user, and a recommender sees nothing of an event
/// before it learns it.
/// </summary>
public interface IPrequentialRecommender
{
    /// <summary>The best <paramref name="count"/> items that <paramref name="user"/> has not had, best first.</summary>
    /// <param name="atMs">The moment of asking in Unix milliseconds: what a server would read from its clock.</param>
    ValueTask<IReadOnlyList<string>> RecommendAsync(string user, int count, long atMs, CancellationToken cancellation);

    /// <summary>Takes one event in. Completes when a following question may count on it.</summary>
    ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation);
}
