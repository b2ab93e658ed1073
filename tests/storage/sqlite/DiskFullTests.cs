using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class DiskFullTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FullDiskFailsLoudlyAcknowledgesNothingAndRecoversWhenThereIsSpace()
    {
        var database = _folder.Open(options => options.PartitionCount = 1);
        var journal = new SqliteActivityJournal(database);
        await LimitPagesAsync(database, await PagesAsync(database) + 4);
        var acknowledged = 0L;

        var step = 0;
        var error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            for (; step < 10_000; step++)
                acknowledged = (await journal.AppendAsync([Large(step)], default))[0].Position.Offset;
        });
        var probe = await Assert.ThrowsAsync<StorageException>(() => AppendManyAsync(journal, 10_000));
        var headWhileFull = await journal.HeadAsync(0, default);
        await LimitPagesAsync(database, 1_000_000);
        var receipts = await journal.AppendAsync([Large(step), Large(step + 1)], default);

        // The tail would hide what was written wrongly: what counts is what the file says.
        database.Dispose();
        journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File, error.Message, StringComparison.Ordinal);
        Assert.Contains("free space", probe.Message, StringComparison.Ordinal);
        Assert.True(acknowledged > 0);
        Assert.Equal(acknowledged, headWhileFull);
        Assert.Equal([acknowledged + 1, acknowledged + 2], receipts.Select(receipt => receipt.Position.Offset));
        Assert.All(receipts, receipt => Assert.False(receipt.Duplicate));
        var stored = await journal.ReadAllAsync(0);
        Assert.Equal(
            Enumerable.Range(1, stored.Count).Select(offset => (long)offset),
            stored.Select(entry => entry.Offset));
        Assert.Equal(acknowledged + 2, stored.Count);
    }

    [Fact]
    public async Task EveryCallerOfAGroupThatCannotBeWrittenIsTold()
    {
        var database = _folder.Open(options => options.PartitionCount = 1);
        var journal = new SqliteActivityJournal(database);
        await LimitPagesAsync(database, await PagesAsync(database));
        Task<AppendReceipt[]>[] group;
        using (_folder.StallWriter(database))
            group = [.. Enumerable.Range(0, 64).Select(step => journal.AppendAsync([Large(step)], default).AsTask())];

        foreach (var append in group)
            await Assert.ThrowsAsync<StorageException>(() => append);
        Assert.Equal(0, await journal.HeadAsync(0, default));
        Assert.Equal(0, _folder.Query("SELECT count(*) FROM journal_block"));
    }

    private static Task<AppendReceipt[]> AppendManyAsync(SqliteActivityJournal journal, int from) =>
        journal.AppendAsync([.. Enumerable.Range(from, 100).Select(Large)], default).AsTask();

    private static ActivityEvent Large(int step) => Events.Viewed($"user-{step}", step) with
    {
        Attributes = new Dictionary<string, string> { ["text"] = new('x', 1_000) },
    };

    private static async Task<long> PagesAsync(SqliteDatabase database) =>
        (await database.Writer.WriteAsync(new DelegateWrite<long?>(
            WriteLane.Append, session => session.Prepare("PRAGMA page_count").Scalar(), default)))!.Value;

    /// <summary>SQLite then answers as on a full disk: SQLITE_FULL.</summary>
    private static Task<int> LimitPagesAsync(SqliteDatabase database, long pages) =>
        database.Writer.WriteAsync(new DelegateWrite<int>(
            WriteLane.Append,
            session =>
            {
                session.Execute($"PRAGMA max_page_count = {pages}");
                return 0;
            },
            default));
}
