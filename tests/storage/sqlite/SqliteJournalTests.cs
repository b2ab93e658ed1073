using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

/// <summary>What only the file can show.</summary>
public sealed class SqliteJournalTests : IDisposable
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
    public async Task DamagedEventIsNamedByPartitionAndOffset()
    {
        using (var database = _folder.Open(options => options.PartitionCount = 1))
        {
            var events = Enumerable.Range(1, 3).Select(step => Events.Viewed("ann", step)).ToArray();
            await new SqliteActivityJournal(database).AppendAsync(events, default);
        }
        // One byte in the second of three events of one length.
        _folder.Execute("""
            UPDATE journal_block
            SET body = substr(body, 1, length(body) / 3 + 20) || x'ff' || substr(body, length(body) / 3 + 22)
            """);
        var journal = new SqliteActivityJournal(_folder.Open(options => options.PartitionCount = 1));

        var error = await Assert.ThrowsAsync<StorageException>(() => journal.ReadAsync(0, 0, 10, default).AsTask());

        Assert.Contains("Event 0:2 ", error.Message, StringComparison.Ordinal);
        Assert.Single(await journal.ReadAsync(0, 2, 10, default));
    }
}
