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
    public async Task FullQueueAnswersBusyAndTakesNothing()
    {
        var database = _folder.Open(options =>
        {
            options.PartitionCount = 1;
            options.WriteQueueMax = 10;
        });
        var journal = new SqliteActivityJournal(database);
        Task<AppendReceipt[]> taken;
        BusyException busy;
        using (_folder.StallWriter(database))
        {
            taken = journal.AppendAsync(Events.Steps(1, 8), default).AsTask();
            busy = await Assert.ThrowsAsync<BusyException>(() =>
                journal.AppendAsync(Events.Steps(9, 3), default).AsTask());
        }

        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        Assert.Equal(8, (await taken).Length);
        Assert.Equal(8, await journal.HeadAsync(0, default));
        var afterwards = await journal.AppendAsync([Events.Viewed("ann", 9)], default);
        Assert.Equal(new AppendReceipt(new(0, 9), Duplicate: false), afterwards[0]);
    }

    [Fact]
    public async Task FullStateQueueDoesNotRefuseAppends()
    {
        var database = _folder.Open(options => options.WriteQueueMax = 1);
        var journal = new SqliteActivityJournal(database);
        var states = new SqliteGrainStorage(database);
        Task state;
        Task<AppendReceipt[]> append;
        using (_folder.StallWriter(database))
        {
            state = states.WriteStateAsync("s", GrainId.Create("t", "1"), new GrainState<Counter>(new Counter()));
            await Assert.ThrowsAsync<BusyException>(() =>
                states.WriteStateAsync("s", GrainId.Create("t", "2"), new GrainState<Counter>(new Counter())));
            append = journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask();
        }

        await state;
        Assert.False((await append)[0].Duplicate);
    }

    [Fact]
    public async Task ConflictOfOneCallerDoesNotHarmItsGroup()
    {
        var database = _folder.Open();
        var journal = new SqliteActivityJournal(database);
        var states = new SqliteGrainStorage(database);
        var grain = GrainId.Create("counter", "1");
        var current = new GrainState<Counter>(new Counter { Count = 1 });
        await states.WriteStateAsync("s", grain, current);
        Task conflict, other;
        Task<AppendReceipt[]> append;
        using (_folder.StallWriter(database))
        {
            conflict = states.WriteStateAsync("s", grain, new GrainState<Counter>(new Counter { Count = 9 }));
            other = states.WriteStateAsync(
                "s", GrainId.Create("counter", "2"), new GrainState<Counter>(new Counter { Count = 2 }));
            append = journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask();
        }

        await Assert.ThrowsAsync<InconsistentStateException>(() => conflict);
        await other;
        Assert.False((await append)[0].Duplicate);
        Assert.Equal(2, _folder.Query("SELECT count(*) FROM grain_state"));
        Assert.Equal(1, _folder.Query("SELECT payload ->> 'Count' FROM grain_state WHERE grain_key = '1'"));
    }

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

    [Fact]
    public async Task DisposeWritesWhatWaitsAndRefusesWhatComes()
    {
        var database = _folder.Open();
        var journal = new SqliteActivityJournal(database);
        Task<AppendReceipt[]>[] waiting;
        Task disposing;
        using (_folder.StallWriter(database))
        {
            waiting = [.. Enumerable.Range(1, 50).Select(step =>
                journal.AppendAsync([Events.Viewed($"user-{step}", step)], default).AsTask())];
            disposing = Task.Run(database.Dispose);
        }
        await disposing;

        await Task.WhenAll(waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask());
        Assert.Equal(50, _folder.Query("SELECT count(*) FROM activity_event"));
    }

    [Fact]
    public async Task ProbeCompletesOnAWritableDatabase()
    {
        var database = _folder.Open();

        await database.CheckAsync(default);

        Assert.Equal(1, _folder.Query("SELECT value FROM storage_counter WHERE name = 'probe'"));
    }
}

public sealed class Counter
{
    public int Count { get; set; }
    public string? Note { get; set; }
}
