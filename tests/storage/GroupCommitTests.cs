using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

public sealed class GroupCommitTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RequestThatThrowsIsTakenOutAndTheOthersAreWrittenWithoutIt()
    {
        var database = _folder.Open(options => options.PartitionCount = 1);
        var journal = new SqliteActivityJournal(database);
        Task<int> bad;
        Task<AppendReceipt[]> before, after;
        using (_folder.StallWriter(database))
        {
            before = journal.AppendAsync([Events.Viewed("new-1", 1)], default).AsTask();
            bad = database.Writer.WriteAsync(new DelegateWrite<int>(
                WriteLane.Append, _ => throw new InvalidDataException("bad request"), default));
            after = journal.AppendAsync([Events.Viewed("new-2", 2), Events.Viewed("new-1", 1)], default).AsTask();
        }

        Assert.Equal("bad request", (await Assert.ThrowsAsync<InvalidDataException>(() => bad)).Message);
        Assert.Equal(1, (await before)[0].Position.Offset);
        Assert.Equal([2, 1], (await after).Select(receipt => receipt.Position.Offset));
        Assert.Equal([1, 2], (await journal.ReadAllAsync(0)).Select(entry => entry.Offset));
    }
}
