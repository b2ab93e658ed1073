using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AcknowledgedEventSurvivesACrashRightAfterTheAcknowledgement()
    {
        var journal = new SqliteActivityJournal(_folder.Open());
        var sent = Events.Viewed("ann", 1);

        var receipts = await journal.AppendAsync([sent], default);
        using var crashed = _folder.CopyAsCrashed();

        var recovered = new SqliteActivityJournal(crashed.Open());
        var found = Assert.Single(await recovered.ReadAllAsync(receipts[0].Position.Partition));
        Assert.Equal(receipts[0].Position.Offset, found.Offset);
        Assert.Equal(sent, found.Event);
    }

    [Fact]
    public async Task EveryCommitIsSyncedToTheDisk()
    {
        var database = _folder.Open();

        var synchronous = await database.Writer.WriteAsync(new DelegateWrite<long?>(
            WriteLane.Append, session => session.Prepare("PRAGMA synchronous").Scalar(), default));

        Assert.Equal(2, synchronous); // FULL
    }

    [Fact]
    public async Task RetriedEventIdIsAppliedOnceAndAnswersWithTheFirstPlace()
    {
        var journal = new SqliteActivityJournal(_folder.Open());
        var first = await journal.AppendAsync([Events.Viewed("ann", 1)], default);

        var second = await journal.AppendAsync([Events.Viewed("ann", 1), Events.Viewed("ann", 2)], default);

        Assert.False(first[0].Duplicate);
        Assert.Equal(new AppendReceipt(first[0].Position, Duplicate: true), second[0]);
        Assert.False(second[1].Duplicate);
        Assert.Equal(first[0].Position.Offset + 1, second[1].Position.Offset);
        Assert.Equal(2, (await journal.ReadAllAsync(first[0].Position.Partition)).Count);
    }

    [Fact]
    public async Task DuplicateWithinOneCallIsAppliedOnce()
    {
        var journal = new SqliteActivityJournal(_folder.Open());

        var receipts = await journal.AppendAsync(
            [Events.Viewed("ann", 1), Events.Viewed("ann", 2), Events.Viewed("ann", 1)], default);

        Assert.Equal([false, false, true], receipts.Select(receipt => receipt.Duplicate));
        Assert.Equal(receipts[0].Position, receipts[2].Position);
        Assert.Equal(2, await journal.HeadAsync(receipts[0].Position.Partition, default));
    }

    [Fact]
    public async Task SameEventIdOfTwoUsersIsTwoEvents()
    {
        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));

        var receipts = await journal.AppendAsync([Events.Viewed("ann", 1), Events.Viewed("mallory", 1)], default);

        Assert.All(receipts, receipt => Assert.False(receipt.Duplicate));
        Assert.Equal(["ann", "mallory"], (await journal.ReadAllAsync(0)).Select(entry => entry.Event.User.Value));
    }

    [Fact]
    public async Task ConcurrentAppendersLeaveNoGapsAndKeepEachUsersOrder()
    {
        const int appenders = 64, each = 40;
        var journal = new SqliteActivityJournal(_folder.Open());

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

    [Fact]
    public async Task ReopenedJournalContinuesItsOffsetsAndStillKnowsItsEvents()
    {
        int partition;
        using (var database = _folder.Open())
        {
            var journal = new SqliteActivityJournal(database);
            partition = (await journal.AppendAsync(Events.Steps(1, 2), default))[0].Position.Partition;
        }

        var reopened = new SqliteActivityJournal(_folder.Open());
        var receipts = await reopened.AppendAsync([Events.Viewed("ann", 2), Events.Viewed("ann", 3)], default);

        Assert.Equal(new AppendReceipt(new(partition, 2), Duplicate: true), receipts[0]);
        Assert.Equal(new AppendReceipt(new(partition, 3), Duplicate: false), receipts[1]);
        Assert.Equal(3, await reopened.HeadAsync(partition, default));
    }

    [Fact]
    public async Task CancelledAppendThatStillWaitsIsWithdrawn()
    {
        var database = _folder.Open();
        var journal = new SqliteActivityJournal(database);
        using var cancel = new CancellationTokenSource();
        Task<AppendReceipt[]> cancelled;
        using (_folder.StallWriter(database))
        {
            cancelled = journal.AppendAsync([Events.Viewed("ann", 1)], cancel.Token).AsTask();
            await cancel.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var next = await journal.AppendAsync([Events.Viewed("ann", 1)], default);
        Assert.Equal(new AppendReceipt(new(journal.PartitionOf(new UserId("ann")), 1), Duplicate: false), next[0]);
    }

    [Fact]
    public async Task EventThatCannotBeStoredIsRefusedByName()
    {
        var journal = new SqliteActivityJournal(_folder.Open(options => options.AppendEventsMax = 2));

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
}
