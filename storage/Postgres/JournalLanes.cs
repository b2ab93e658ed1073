namespace Engage.Storage.Postgres;

/// <summary>
/// The partitions divided among lanes, each with a connection of its own: while one waits for the disk, the other
/// writes. Lanes never touch the same partition, so they never wait for each other's locks, and each tail is filled by
/// one of them only.
/// </summary>
internal sealed class JournalLanes(GroupLane<AppendWrite>[] lanes, RowBudget budget) : IAsyncDisposable
{
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was appended.</exception>
    public Task<AppendReceipt[]> AppendAsync(EncodedEvent[] events, CancellationToken cancellationToken)
    {
        budget.Reserve(events.Length);
        var first = LaneOf(events[0]);
        for (var i = 1; i < events.Length; i++)
            if (LaneOf(events[i]) != first) return SendPartsAsync(events, cancellationToken);
        return Send(first, events, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in lanes) await lane.DisposeAsync().ConfigureAwait(false);
    }

    private int LaneOf(in EncodedEvent entry) => entry.Partition % lanes.Length;

    private Task<AppendReceipt[]> Send(int lane, EncodedEvent[] events, CancellationToken cancellationToken)
    {
        var write = new AppendWrite(events, cancellationToken);
        lanes[lane].Add(write);
        return write.Done;
    }

    /// <summary>The caller is answered when all parts are, and with the first failure of any.</summary>
    private async Task<AppendReceipt[]> SendPartsAsync(EncodedEvent[] events, CancellationToken cancellationToken)
    {
        var parts = Enumerable.Range(0, events.Length).GroupBy(i => LaneOf(events[i])).Select(part => part.ToArray())
            .ToArray();
        var receipts = new AppendReceipt[events.Length];
        await Task.WhenAll(parts.Select(async part =>
        {
            var own = await Send(LaneOf(events[part[0]]), [.. part.Select(i => events[i])], cancellationToken)
                .ConfigureAwait(false);
            for (var i = 0; i < part.Length; i++) receipts[part[i]] = own[i];
        })).ConfigureAwait(false);
        return receipts;
    }
}
