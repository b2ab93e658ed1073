using System.Runtime.InteropServices;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Economy;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Activity;

/// <summary>
/// Sorts one batch of a partition after the other by the actors it concerns: each event goes to its user and, where it
/// names them, its content, creator and community, and to its user's points if it may earn some. One call per actor,
/// whatever the number of its events.
/// </summary>
/// <param name="given">What each actor was given last since the checkpoint; kept here while batches are given.</param>
/// <remarks>
/// Plain loops over what is made once: unless events come by the ten thousand, a batch has one or two, and what it
/// costs to sort any batch at all is most of what the pump costs.
/// </remarks>
internal sealed class DeliveryRoutes(IGrainFactory grains, int partition, Dictionary<IProjectionGrain, long> given)
{
    private readonly Dictionary<string, List<JournaledEvent>> _users = [];
    private readonly Dictionary<string, List<JournaledEvent>> _contents = [];
    private readonly Dictionary<string, List<JournaledEvent>> _creators = [];
    private readonly Dictionary<string, List<JournaledEvent>> _communities = [];
    private readonly Dictionary<string, List<JournaledEvent>> _points = [];

    /// <param name="earns">Whether an event is told to its user's points: most are not worth a call.</param>
    /// <returns>What the model can learn, in order of offset.</returns>
    public async Task<LearningExample[]> DeliverAsync(JournaledEvent[] events, Func<ActivityEvent, bool> earns)
    {
        Sort(events, earns);
        var users = Deliver<IUserGrain, Task<LearningExample[]>>(
            _users, static (user, batch) => user.ApplyAsync(batch));
        await Task.WhenAll(
            [
                .. users,
                .. Deliver<IContentGrain, Task>(_contents, static (content, batch) => content.ApplyAsync(batch)),
                .. Deliver<ICreatorGrain, Task>(_creators, static (creator, batch) => creator.ApplyAsync(batch)),
                .. Deliver<ICommunityGrain, Task>(
                    _communities, static (community, batch) => community.ApplyAsync(batch)),
                .. Deliver<IPointsGrain, Task>(_points, static (points, batch) => points.ApplyAsync(batch)),
            ]);

        LearningExample[] examples = [.. (await Task.WhenAll(users)).SelectMany(each => each)];
        Array.Sort(examples, static (a, b) => a.Offset.CompareTo(b.Offset));
        return examples;
    }

    private void Sort(JournaledEvent[] events, Func<ActivityEvent, bool> earns)
    {
        // At the beginning, so that what a failure left here is not given twice.
        foreach (var route in (ReadOnlySpan<Dictionary<string, List<JournaledEvent>>>)
            [_users, _contents, _creators, _communities, _points]) route.Clear();
        foreach (var journaled in events)
        {
            var activity = journaled.Event;
            Add(_users, activity.User.Value, journaled);
            Add(_contents, activity.Content?.Value, journaled);
            Add(_creators, activity.Creator?.Value, journaled);
            Add(_communities, activity.Community?.Value, journaled);
            if (earns(activity)) Add(_points, activity.User.Value, journaled);
        }
    }

    private TDelivery[] Deliver<TGrain, TDelivery>(
        Dictionary<string, List<JournaledEvent>> route, Func<TGrain, JournalBatch, TDelivery> deliver)
        where TGrain : IProjectionGrain
    {
        var (deliveries, at) = (new TDelivery[route.Count], 0);
        foreach (var (key, events) in route)
        {
            var grain = grains.GetGrain<TGrain>(key);
            var batch = new JournalBatch(partition, [.. events], given.GetValueOrDefault(grain));
            given[grain] = events[^1].Offset;
            deliveries[at++] = deliver(grain, batch);
        }
        return deliveries;
    }

    private static void Add(Dictionary<string, List<JournaledEvent>> route, string? key, JournaledEvent journaled)
    {
        if (key is null) return;

        ref var events = ref CollectionsMarshal.GetValueRefOrAddDefault(route, key, out _);
        (events ??= []).Add(journaled);
    }
}
