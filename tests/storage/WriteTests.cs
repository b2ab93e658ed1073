using Engage.Contracts;
using Engage.Contracts.Activity;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>What callers see of the queue in front of the disk.</summary>
public abstract class WriteTests : StorageSuite
{
    private protected WriteTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task FullQueueAnswersBusyAndTakesNothing()
    {
        var database = Site.Open(options =>
        {
            options.PartitionCount = 1;
            options.WriteQueueMax = 10;
        });
        var journal = database.Journal;
        Task<AppendReceipt[]> taken;
        BusyException busy;
        using (Site.StallWriter(database))
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

    [StorageFact]
    public async Task FullStateQueueDoesNotRefuseAppends()
    {
        var database = Site.Open(options => options.WriteQueueMax = 1);
        var journal = database.Journal;
        var states = database.States;
        Task state;
        Task<AppendReceipt[]> append;
        using (Site.StallWriter(database))
        {
            state = states.WriteStateAsync("s", GrainId.Create("t", "1"), new GrainState<Counter>(new Counter()));
            await Assert.ThrowsAsync<BusyException>(() =>
                states.WriteStateAsync("s", GrainId.Create("t", "2"), new GrainState<Counter>(new Counter())));
            append = journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask();
        }

        await state;
        Assert.False((await append)[0].Duplicate);
    }

    [StorageFact]
    public async Task ConflictOfOneCallerDoesNotHarmItsGroup()
    {
        var database = Site.Open();
        var journal = database.Journal;
        var states = database.States;
        var grain = GrainId.Create("counter", "1");
        var current = new GrainState<Counter>(new Counter { Count = 1 });
        await states.WriteStateAsync("s", grain, current);
        Task conflict, other;
        Task<AppendReceipt[]> append;
        using (Site.StallWriter(database))
        {
            conflict = states.WriteStateAsync("s", grain, new GrainState<Counter>(new Counter { Count = 9 }));
            other = states.WriteStateAsync(
                "s", GrainId.Create("counter", "2"), new GrainState<Counter>(new Counter { Count = 2 }));
            append = journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask();
        }

        await Assert.ThrowsAsync<InconsistentStateException>(() => conflict);
        await other;
        Assert.False((await append)[0].Duplicate);
        Assert.Equal(2, Site.StateRows);
        var kept = new GrainState<Counter>();
        await states.ReadStateAsync("s", grain, kept);
        Assert.Equal(1, kept.State!.Count);
    }

    [StorageFact]
    public async Task DisposeWritesWhatWaitsAndRefusesWhatComes()
    {
        var database = Site.Open();
        var journal = database.Journal;
        Task<AppendReceipt[]>[] waiting;
        Task disposing;
        using (Site.StallWriter(database))
        {
            waiting = [.. Enumerable.Range(1, 50).Select(step =>
                journal.AppendAsync([Events.Viewed($"user-{step}", step)], default).AsTask())];
            disposing = Task.Run(database.Dispose);
        }
        await disposing;

        await Task.WhenAll(waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask());
        var reopened = Site.Open().Journal;
        var stored = 0;
        for (var partition = 0; partition < reopened.PartitionCount; partition++)
            stored += (await reopened.ReadAllAsync(partition)).Count;
        Assert.Equal(50, stored);
    }

    [StorageFact]
    public async Task ProbeCompletesOnAWritableDatabase()
    {
        var database = Site.Open();

        await database.Probe.CheckAsync(default);

        Assert.Equal(1, Site.Query("SELECT value FROM storage_counter WHERE name = 'probe'"));
    }

    public sealed class OnSqlite() : WriteTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : WriteTests(new PostgresSite());
}
