using System.Runtime.InteropServices;
using Engage.Contracts.Activity;
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
internal sealed class DeliveryRoutes(IGrainFactory grains, int partition, Dictionary<Recipient, long> given)
{
    private readonly Dictionary<Recipient, List<JournaledEvent>> _sorted = [];
    private readonly Stack<List<JournaledEvent>> _spare = [];
    private readonly List<Task> _deliveries = [];
    private readonly List<Task<LearningExample[]>> _examples = [];

    /// <param name="earns">Whether an event is told to its user's points: most are not worth a call.</param>
    /// <returns>What the model can learn, in order of offset.</returns>
    public async Task<LearningExample[]> DeliverAsync(JournaledEvent[] events, Func<ActivityEvent, bool> earns)
    {
        try
        {
            Sort(events, earns);
            foreach (var (recipient, own) in _sorted) Deliver(recipient, own, events);
            await Task.WhenAll(CollectionsMarshal.AsSpan(_deliveries));
            return Examples();
        }
        finally
        {
            Clear();
        }
    }

    private void Sort(JournaledEvent[] events, Func<ActivityEvent, bool> earns)
    {
        foreach (var journaled in events)
        {
            var activity = journaled.Event;
            Add(Route.User, activity.User.Value, journaled);
            Add(Route.Content, activity.Content?.Value, journaled);
            Add(Route.Creator, activity.Creator?.Value, journaled);
            Add(Route.Community, activity.Community?.Value, journaled);
            if (earns(activity)) Add(Route.Points, activity.User.Value, journaled);
        }
    }

    private void Add(Route route, string? id, JournaledEvent journaled)
    {
        if (id is null) return;

        ref var events = ref CollectionsMarshal.GetValueRefOrAddDefault(_sorted, new(route, id), out _);
        (events ??= _spare.TryPop(out var spare) ? spare : []).Add(journaled);
    }

    /// <param name="all">The batch, which is given on as it is to whom all of it concerns: nobody changes it.</param>
    private void Deliver(Recipient recipient, List<JournaledEvent> events, JournaledEvent[] all)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(given, recipient, out _);
        var batch = new JournalBatch(partition, events.Count == all.Length ? all : [.. events], last);
        last = events[^1].Offset;
        var grain = recipient.In(grains);
        if (grain is IUserGrain user)
        {
            var examples = user.ApplyAsync(batch);
            _examples.Add(examples);
            _deliveries.Add(examples);
            return;
        }
        _deliveries.Add(((IActivityProjectionGrain)grain).ApplyAsync(batch));
    }

    /// <summary>Once all is delivered.</summary>
    private LearningExample[] Examples()
    {
        // In order already.
        if (_examples is [var only]) return only.Result;

        LearningExample[] examples = [.. _examples.SelectMany(each => each.Result)];
        Array.Sort(examples, static (a, b) => a.Offset.CompareTo(b.Offset));
        return examples;
    }

    /// <summary>Also after a failure: nothing is given twice, and nothing is held until the next batch.</summary>
    private void Clear()
    {
        foreach (var (_, events) in _sorted)
        {
            events.Clear();
            _spare.Push(events);
        }
        _sorted.Clear();
        _deliveries.Clear();
        _examples.Clear();
    }
}
