using Engage.Contracts.Activity;
using Engage.Grains.Catalogue;
using Engage.Grains.Privacy;
using Engage.Storage;
using Orleans.Concurrency;

namespace Engage.Grains.Activity;

/// <summary>Stateless: concurrent calls share the journal's group commits, not a turn.</summary>
[StatelessWorker, Reentrant]
internal sealed class ActivityIngressGrain(
    IActivityJournal journal, PersonalEvents personal, CatalogueView catalogue, PumpSignals pumps)
    : Grain, IActivityIngressGrain
{
    public async Task<EventOutcome[]> AppendAsync(ActivityEvent[] events, CancellationToken cancellationToken)
    {
        var outcomes = new EventOutcome[events.Length];
        var good = new List<ActivityEvent>(events.Length);
        var goodAt = new List<int>(events.Length);
        var refreshed = false;
        for (var i = 0; i < events.Length; i++)
        {
            var (completed, error) = catalogue.Complete(events[i]);
            if (completed is null && !refreshed)
            {
                // Perhaps it was catalogued on another silo a moment ago: nothing is refused on old knowledge.
                await catalogue.RefreshAsync(cancellationToken);
                refreshed = true;
                (completed, error) = catalogue.Complete(events[i]);
            }
            if (completed is null)
            {
                outcomes[i] = new(null, false, error);
                continue;
            }
            good.Add(completed);
            goodAt.Add(i);
        }
        if (good.Count == 0) return outcomes;

        await personal.SealAsync(good, cancellationToken);
        var receipts = await journal.AppendAsync(good, cancellationToken);
        for (var i = 0; i < receipts.Length; i++)
            outcomes[goodAt[i]] = new(receipts[i].Position, receipts[i].Duplicate, null);
        foreach (var partition in receipts.Select(receipt => receipt.Position.Partition).Distinct())
            pumps.Poke(partition);
        return outcomes;
    }
}
