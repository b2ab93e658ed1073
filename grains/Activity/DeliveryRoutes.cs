using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Economy;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Activity;

/// <summary>
/// Sorts one batch of a partition by the actors it concerns: each event goes to its user and, where it names them, its
/// content, creator and community, and to its user's points if it may earn some. One call per actor, whatever the
/// number of its events.
/// </summary>
/// <param name="given">What each actor was given last since the checkpoint.</param>
/// <param name="earns">Whether an event is told to its user's points: most are not worth a call.</param>
internal sealed class DeliveryRoutes(
    IGrainFactory grains,
    int partition,
    JournaledEvent[] events,
    IReadOnlyDictionary<IProjectionGrain, long> given,
    Func<ActivityEvent, bool> earns)
{
    private readonly Route<IUserGrain> _users = new(events, partition, activity => activity.User.Value);
    private readonly Route<IContentGrain> _contents = new(events, partition, activity => activity.Content?.Value);
    private readonly Route<ICreatorGrain> _creators = new(events, partition, activity => activity.Creator?.Value);
    private readonly Route<ICommunityGrain> _communities = new(
        events, partition, activity => activity.Community?.Value);
    private readonly Route<IPointsGrain> _points = new(
        events, partition, activity => earns(activity) ? activity.User.Value : null);

    /// <summary>Every actor the batch concerns and the last offset it gets.</summary>
    public IEnumerable<(IProjectionGrain Grain, long Offset)> Targets =>
        _users.Targets(grains).Concat(_contents.Targets(grains))
            .Concat(_creators.Targets(grains)).Concat(_communities.Targets(grains))
            .Concat(_points.Targets(grains));

    /// <returns>What the model can learn, in order of offset.</returns>
    public async Task<LearningExample[]> DeliverAsync()
    {
        var users = Task.WhenAll(_users.Each(grains, given, (user, batch) => user.ApplyAsync(batch)));
        await Task.WhenAll(
            [
                users,
                .. _contents.Each(grains, given, (content, batch) => content.ApplyAsync(batch)),
                .. _creators.Each(grains, given, (creator, batch) => creator.ApplyAsync(batch)),
                .. _communities.Each(grains, given, (community, batch) => community.ApplyAsync(batch)),
                .. _points.Each(grains, given, (points, batch) => points.ApplyAsync(batch)),
            ]);

        var examples = (await users).SelectMany(each => each).ToArray();
        Array.Sort(examples, static (a, b) => a.Offset.CompareTo(b.Offset));
        return examples;
    }

    private sealed class Route<TGrain> where TGrain : IProjectionGrain
    {
        private readonly Dictionary<string, JournalBatch> _batches;

        public Route(JournaledEvent[] events, int partition, Func<ActivityEvent, string?> keyOf) =>
            _batches = events
                .Where(journaled => keyOf(journaled.Event) is not null)
                .GroupBy(journaled => keyOf(journaled.Event)!)
                .ToDictionary(group => group.Key, group => new JournalBatch(partition, [.. group]));

        public IEnumerable<(IProjectionGrain, long)> Targets(IGrainFactory grains) =>
            _batches.Select(entry =>
                ((IProjectionGrain)grains.GetGrain<TGrain>(entry.Key), entry.Value.Events[^1].Offset));

        public IEnumerable<T> Each<T>(
            IGrainFactory grains,
            IReadOnlyDictionary<IProjectionGrain, long> given,
            Func<TGrain, JournalBatch, T> deliver) =>
            _batches.Select(entry =>
            {
                var grain = grains.GetGrain<TGrain>(entry.Key);
                return deliver(grain, entry.Value with { Before = given.GetValueOrDefault(grain) });
            });
    }
}
