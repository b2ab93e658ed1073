using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engage.Storage.Tests;

/// <summary>Keys are written after their events; no retry may slip through on the way.</summary>
public sealed class EventKeysTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 11)]
    [InlineData(2, 12)]
    [InlineData(7, 13)]
    [InlineData(64, 14)]
    [InlineData(10_000, 15)]
    public async Task RetryIsFoundAtEveryStageAndAfterEveryRestart(int eventKeysMax, int seed)
    {
        var random = new Random(seed);
        var first = new Dictionary<(string, int), JournalPosition>();
        var step = 0;

        for (var life = 0; life < 6; life++)
        {
            // A database that grew with other settings must open too.
            using var database = Open(life % 2 == 0 ? eventKeysMax : eventKeysMax * 3);
            var journal = new SqliteActivityJournal(database);
            for (var append = 0; append < 40; append++)
            {
                var sent = Enumerable.Range(0, random.Next(1, 6))
                    .Select(_ => random.Next(3) == 0 ? random.Next(step + 1) : step++)
                    .Select(number => (User: $"user-{number % 7}", Number: number)).ToArray();

                var receipts = await journal.AppendAsync(
                    [.. sent.Select(key => Events.Viewed(key.User, key.Number))], default);

                for (var i = 0; i < sent.Length; i++)
                {
                    Assert.Equal(!first.TryAdd(sent[i], receipts[i].Position), receipts[i].Duplicate);
                    Assert.Equal(first[sent[i]], receipts[i].Position);
                }
            }
        }

        using var reopened = Open(eventKeysMax);
        var stored = new SqliteActivityJournal(reopened);
        Assert.Equal(first.Count, await stored.HeadAsync(0, default) + await stored.HeadAsync(1, default));
    }

    [Fact]
    public async Task KeysLeaveMemoryForTheIndex()
    {
        using var database = Open(10);
        var journal = new SqliteActivityJournal(database);

        for (var step = 0; step < 100; step++)
            await journal.AppendAsync([Events.Viewed("ann", step)], default);

        Assert.InRange(_folder.Query("SELECT sum(keys) FROM journal_key_run"), 80, 90);
        Assert.InRange(_folder.Query("SELECT sum(\"offset\") FROM journal_indexed"), 80, 90);
    }

    [Fact]
    public async Task RetryAfterAFailedGroupIsNotTakenForADuplicate()
    {
        using var database = Open(2);
        var journal = new SqliteActivityJournal(database);
        for (var step = 0; step < 7; step++)
            await journal.AppendAsync([Events.Viewed("ann", step)], default);
        Task<AppendReceipt[]> failed;
        using (_folder.StallWriter(database))
        {
            failed = journal.AppendAsync([Events.Viewed("ann", 7), Events.Viewed("ann", 8)], default).AsTask();
            _ = database.Writer.WriteAsync(new DelegateWrite<int>(
                WriteLane.Append, _ => throw new SqliteException("the disk is gone", raw.SQLITE_IOERR), default));
        }
        await Assert.ThrowsAsync<StorageException>(() => failed);

        var receipts = await journal.AppendAsync(
            [Events.Viewed("ann", 7), Events.Viewed("ann", 3), Events.Viewed("ann", 8)], default);

        Assert.Equal([false, true, false], receipts.Select(receipt => receipt.Duplicate));
        Assert.Equal([8, 4, 9], receipts.Select(receipt => receipt.Position.Offset));
    }

    private SqliteDatabase Open(int eventKeysMax) => _folder.Open(options =>
    {
        options.PartitionCount = 2;
        options.EventKeysMax = eventKeysMax;
    });
}
