using System.Globalization;
using Engage.Contracts.Activity;
using Engage.Grains.Catalogue;
using Engage.Storage;
using Orleans.Concurrency;

namespace Engage.Grains.Activity;

/// <summary>Stateless: concurrent calls share the journal's group commits, not a turn.</summary>
[StatelessWorker, Reentrant]
internal sealed class ActivityIngressGrain(IActivityJournal journal, CatalogueView catalogue)
    : Grain, IActivityIngressGrain
{
    public async Task<EventOutcome[]> AppendAsync(ActivityEvent[] events, CancellationToken cancellationToken)
    {
        var outcomes = new EventOutcome[events.Length];
        var good = new List<ActivityEvent>(events.Length);
        var goodAt = new List<int>(events.Length);
        for (var i = 0; i < events.Length; i++)
        {
            var (completed, error) = catalogue.Complete(events[i]);
            if (completed is null)
            {
                outcomes[i] = new(null, false, error);
                continue;
            }
            good.Add(completed);
            goodAt.Add(i);
        }
        if (good.Count == 0) return outcomes;

        var receipts = await journal.AppendAsync(good, cancellationToken);
        for (var i = 0; i < receipts.Length; i++)
            outcomes[goodAt[i]] = new(receipts[i].Position, receipts[i].Duplicate, null);
        foreach (var partition in receipts.Select(receipt => receipt.Position.Partition).Distinct()) Poke(partition);
        return outcomes;
    }

    private void Poke(int partition)
    {
        try
        {
            _ = GrainFactory.GetGrain<IActivityPartitionGrain>(partition.ToString(CultureInfo.InvariantCulture))
                .PokeAsync();
        }
        catch (OrleansException)
        {
            // The events are durable and their acknowledgement must not fail: a pump looks by itself now and then.
        }
    }
}
