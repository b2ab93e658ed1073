using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Grains.Durability;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Commerce.Sales;

/// <summary>
/// Follows the list of paid orders in the books, which each joins with the entry that pays it, and appends them to the
/// journal; then it notes how far it got. A crash between the two reports some again, under the same event ids. No
/// order waits for it: while the journal takes nothing, the list grows.
/// </summary>
internal sealed partial class SalesReportGrain(
    [PersistentState("salesReport")] IPersistentState<SalesReportState> state,
    IBooks books,
    ILogger<SalesReportGrain> logger) : Grain, ISalesReportGrain
{
    /// <summary>Few, since the end of the list is read again with each look.</summary>
    private const int PageLimit = 20;

    /// <summary>An order of many parts is not to be more than the journal takes at once.</summary>
    private const int EventsMax = 200;

    public async Task<bool> ReportAsync()
    {
        var (after, done) = (state.State.After, state.State.Done);
        var page = await books.ListAsync(
            new(BookKeys.Sales, BookKeys.Order, after, PageLimit), CancellationToken.None);
        var events = page.Items.Skip(done).Select(BookJson.Read<Order>).SelectMany(SaleEvents.Of);
        foreach (var some in events.Chunk(EventsMax)) await AppendAsync(some);

        var next = page.Cursor is { } cursor
            ? new SalesReportState { After = cursor, Done = Math.Max(0, done - page.Items.Count) }
            : new SalesReportState { After = after, Done = Math.Max(done, page.Items.Count) };
        if ((next.After, next.Done) != (after, done)) await state.ReplaceOrLeaveAsync(next, this);
        return page.Cursor is not null;
    }

    private async Task AppendAsync(ActivityEvent[] events)
    {
        var outcomes = await GrainFactory.GetGrain<IActivityIngressGrain>(ISalesReportGrain.Key)
            .AppendAsync(events, CancellationToken.None);
        foreach (var (activity, outcome) in events.Zip(outcomes))
            if (outcome.Error is { } error)
                LogRejected(activity.EventId, error);
    }

    /// <summary>What it is of was in the catalogue when it was sold: nothing that another try would mend.</summary>
    [LoggerMessage(LogLevel.Error, "The sale {Event} was rejected by the journal and is left out: {Error}")]
    private partial void LogRejected(Guid @event, string error);
}

/// <summary>How far the list of paid orders is reported.</summary>
public sealed class SalesReportState
{
    /// <summary>Cursor of the list: all up to here.</summary>
    public long After { get; set; }

    /// <summary>And so many behind it: the last page of a list has no cursor.</summary>
    public int Done { get; set; }
}
