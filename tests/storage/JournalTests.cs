using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Tests;

public abstract class JournalTests : StorageSuite
{
    private protected JournalTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task RetriedEventIdIsAppliedOnceAndAnswersWithTheFirstPlace()
    {
        var journal = Site.Open().Journal;
        var first = await journal.AppendAsync([Events.Viewed("ann", 1)], default);

        var second = await journal.AppendAsync([Events.Viewed("ann", 1), Events.Viewed("ann", 2)], default);

        Assert.False(first[0].Duplicate);
        Assert.Equal(new AppendReceipt(first[0].Position, Duplicate: true), second[0]);
        Assert.False(second[1].Duplicate);
        Assert.Equal(first[0].Position.Offset + 1, second[1].Position.Offset);
        Assert.Equal(2, (await journal.ReadAllAsync(first[0].Position.Partition)).Count);
    }

    [StorageFact]
    public async Task DuplicateWithinOneCallIsAppliedOnce()
    {
        var journal = Site.Open().Journal;

        var receipts = await journal.AppendAsync(
            [Events.Viewed("ann", 1), Events.Viewed("ann", 2), Events.Viewed("ann", 1)], default);

        Assert.Equal([false, false, true], receipts.Select(receipt => receipt.Duplicate));
        Assert.Equal(receipts[0].Position, receipts[2].Position);
        Assert.Equal(2, await journal.HeadAsync(receipts[0].Position.Partition, default));
    }

    [StorageFact]
    public async Task SameEventIdOfTwoUsersIsTwoEvents()
    {
        var journal = Site.Open(options => options.PartitionCount = 1).Journal;

        var receipts = await journal.AppendAsync([Events.Viewed("ann", 1), Events.Viewed("mallory", 1)], default);

        Assert.All(receipts, receipt => Assert.False(receipt.Duplicate));
        Assert.Equal(["ann", "mallory"], (await journal.ReadAllAsync(0)).Select(entry => entry.Event.User.Value));
    }

    [StorageFact]
    public async Task ConcurrentAppendersLeaveNoGapsAndKeepEachUsersOrder()
    {
        const int appenders = 64, each = 40;
        var journal = Site.Open().Journal;

        var receipts = await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(async () =>
        {
            var own = new List<AppendReceipt>();
            for (var step = 0; step < each; step++)
                own.AddRange(await journal.AppendAsync([Events.Viewed($"user-{appender}", step)], default));
            return own;
        })));

        var byPartition = receipts.SelectMany(own => own).GroupBy(receipt => receipt.Position.Partition).ToList();
        Assert.Equal(appenders * each, byPartition.Sum(partition => partition.Count()));
        foreach (var partition in byPartition)
        {
            Assert.Equal(
                Enumerable.Range(1, partition.Count()).Select(offset => (long)offset),
                partition.Select(receipt => receipt.Position.Offset).Order());

            var stored = await journal.ReadAllAsync(partition.Key);
            Assert.All(stored.GroupBy(entry => entry.Event.User), user =>
                Assert.Equal(user.OrderBy(entry => entry.Event.OccurredAt), user));
        }
    }

    [StorageFact]
    public async Task ReopenedJournalContinuesItsOffsetsAndStillKnowsItsEvents()
    {
        int partition;
        using (var database = Site.Open())
        {
            var journal = database.Journal;
            partition = (await journal.AppendAsync(Events.Steps(1, 2), default))[0].Position.Partition;
        }

        var reopened = Site.Open().Journal;
        var receipts = await reopened.AppendAsync([Events.Viewed("ann", 2), Events.Viewed("ann", 3)], default);

        Assert.Equal(new AppendReceipt(new(partition, 2), Duplicate: true), receipts[0]);
        Assert.Equal(new AppendReceipt(new(partition, 3), Duplicate: false), receipts[1]);
        Assert.Equal(3, await reopened.HeadAsync(partition, default));
    }

    [StorageFact]
    public async Task CancelledAppendThatStillWaitsIsWithdrawn()
    {
        var database = Site.Open();
        var journal = database.Journal;
        var elsewhere = Enumerable.Range(0, 100).Select(number => $"user-{number}")
            .First(user => journal.PartitionOf(new UserId(user)) != journal.PartitionOf(new UserId("ann")));
        using var cancel = new CancellationTokenSource();
        Task<AppendReceipt[]> cancelled;
        using (var stall = Site.StallWriter(database))
        {
            _ = stall.Occupy(() => journal.AppendAsync([Events.Viewed(elsewhere, 1)], default).AsTask());
            cancelled = journal.AppendAsync([Events.Viewed("ann", 1)], cancel.Token).AsTask();
            await cancel.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var next = await journal.AppendAsync([Events.Viewed("ann", 1)], default);
        Assert.Equal(new AppendReceipt(new(journal.PartitionOf(new UserId("ann")), 1), Duplicate: false), next[0]);
    }

    [StorageFact]
    public async Task EventThatCannotBeStoredIsRefusedByName()
    {
        var journal = Site.Open(options => options.AppendEventsMax = 2).Journal;

        var noId = await Assert.ThrowsAsync<ArgumentException>(() =>
            journal.AppendAsync([Events.Viewed("ann", 1) with { EventId = Guid.Empty }], default).AsTask());
        var noNumber = await Assert.ThrowsAsync<ArgumentException>(() =>
            journal.AppendAsync([Events.Viewed("ann", 1) with { Value = double.NaN }], default).AsTask());
        var tooMany = await Assert.ThrowsAsync<ArgumentException>(() =>
            journal.AppendAsync(Events.Steps(1, 3), default).AsTask());

        Assert.Contains("no event id", noId.Message, StringComparison.Ordinal);
        Assert.Contains("NaN", noNumber.Message, StringComparison.Ordinal);
        Assert.Contains("at most 2", tooMany.Message, StringComparison.Ordinal);
    }

    public sealed class OnSqlite() : JournalTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : JournalTests(new PostgresSite());
}
