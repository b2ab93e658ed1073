using Engage.Contracts;
using Engage.Contracts.Rooms;
using Orleans.Storage;
using static Engage.Storage.Tests.RoomEntries;

namespace Engage.Storage.Tests;

public abstract class RoomLogTests : StorageSuite
{
    private protected RoomLogTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task AppendedEntriesAreReadAsTheyWereFromBothEnds()
    {
        var log = Site.Open().Rooms;
        LoggedEntry[] entries =
        [
            Said(1, "u-1"), Presence(2), Said(3, "u-2"), Said(4, "u-1") with { Audience = RoomAudience.Moderators },
        ];

        var first = await log.AppendAsync(Here, entries[..2], default);
        var second = await log.AppendAsync(Here, entries[2..], default);

        Assert.Empty(first.Concat(second));
        AssertSame(entries, await log.ReadAsync(Here, 0, 10, default));
        AssertSame(entries[1..3], await log.ReadAsync(Here, 1, 2, default));
        AssertSame(entries[1..3], await log.ReadBackAsync(Here, 4, 2, default));
        AssertSame(entries[2..], await log.ReadBackAsync(Here, long.MaxValue, 2, default));
        Assert.Equal(4, await log.HeadAsync(Here, default));
        Assert.Empty(await log.ReadAsync(Here, 4, 10, default));
        Assert.Empty(await log.ReadBackAsync(Here, 1, 10, default));
    }

    [StorageFact]
    public async Task EachRoomHasItsOwnSequenceAndItsOwnMessageIds()
    {
        var log = Site.Open().Rooms;
        var id = Guid.NewGuid();

        var appended = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            log.AppendAsync(new($"r-{i}"), [Said(1, "u-1", id), Said(2, "u-2", id)], default).AsTask()));

        Assert.All(appended, Assert.Empty);
        Assert.Equal(2, await log.HeadAsync(new("r-7"), default));
        Assert.Equal(0, await log.HeadAsync(new("r-none"), default));
        Assert.Empty(await log.ReadAsync(new("r-none"), 0, 10, default));
    }

    [StorageFact]
    public async Task KnownMessagesAreReportedAndNothingIsAppended()
    {
        var log = Site.Open().Rooms;
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        await log.AppendAsync(Here, [Said(1, "u-1", a), Said(2, "u-2", b)], default);

        var duplicates = await log.AppendAsync(
            Here, [Said(3, "u-3"), Said(4, "u-2", b), Presence(5), Said(6, "u-1", a), Said(7, "u-2", a)], default);
        var afterwards = await log.AppendAsync(Here, [Said(3, "u-3"), Said(4, "u-2", a)], default);

        Assert.Equal([new(1, 2), new(3, 1)], duplicates);
        Assert.Empty(afterwards);
        Assert.Equal([1, 2, 3, 4], (await log.ReadAllAsync(Here)).Select(entry => entry.Seq));
    }

    [StorageTheory]
    [InlineData(2, 3)]
    [InlineData(5, 3)]
    [InlineData(1, 1)]
    public async Task WriterThatDoesNotFollowTheNewestIsRefusedAndNamesBoth(long first, int head)
    {
        var log = Site.Open().Rooms;
        var entries = Said(1, head, "u-1");
        await log.AppendAsync(Here, entries, default);

        var error = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            log.AppendAsync(Here, Said(first, 2, "u-2"), default).AsTask());

        Assert.Contains(Here.Value, error.Message, StringComparison.Ordinal);
        Assert.Contains($"ends at {head}", error.Message, StringComparison.Ordinal);
        AssertSame(entries, await log.ReadAllAsync(Here));
    }

    [StorageFact]
    public async Task EntriesThatAreNoSequenceOrHaveAnIdWithoutAuthorAreRefused()
    {
        var log = Site.Open().Rooms;
        var id = Guid.NewGuid();
        LoggedEntry[][] wrong =
        [
            [], [Said(0, "u-1")], [Said(1, "u-1"), Said(3, "u-1")], [Said(1, "u-1") with { By = null }],
            [Said(1, "u-1", id), Said(2, "u-1", id)],
        ];

        foreach (var entries in wrong)
            await Assert.ThrowsAnyAsync<Exception>(() => log.AppendAsync(Here, entries, default).AsTask());

        Assert.Equal(0, await log.HeadAsync(Here, default));
        Assert.Empty(await log.AppendAsync(Here, [Said(1, "u-1")], default));
    }

    [StorageFact]
    public async Task ConflictsOfOneRoomHarmNoOtherAppendOfTheGroup()
    {
        var storage = Site.Open();
        var log = storage.Rooms;
        var id = Guid.NewGuid();
        await MakeKeysAsync(storage);
        await log.AppendAsync(Here, [Said(1, "u-1", id)], default);

        Task<DuplicateEntry[]>[] appends;
        Task first;
        using (var stall = Site.StallWriter(storage))
        {
            first = stall.Occupy(() => log.AppendAsync(new("r-first"), [Said(1, "u-1")], default).AsTask());
            appends =
            [
                log.AppendAsync(new("r-2"), Said(1, 3, "u-1"), default).AsTask(),
                log.AppendAsync(Here, Said(5, 2, "u-1"), default).AsTask(),
                log.AppendAsync(Here, [Said(2, "u-1", id), Said(3, "u-2")], default).AsTask(),
                log.AppendAsync(new("r-3"), Said(1, 3, "u-1"), default).AsTask(),
                log.AppendAsync(Here, [Said(2, "u-2")], default).AsTask(),
                log.AppendAsync(Here, [Said(2, "u-3")], default).AsTask(),
                log.AppendAsync(Here, [Said(3, "u-3")], default).AsTask(),
            ];
        }
        await first;

        Assert.Empty(await appends[0]);
        await Assert.ThrowsAsync<InconsistentStateException>(() => appends[1]);
        Assert.Equal([new DuplicateEntry(0, 1)], await appends[2]);
        Assert.Empty(await appends[3]);
        Assert.Empty(await appends[4]);
        await Assert.ThrowsAsync<InconsistentStateException>(() => appends[5]);
        Assert.Empty(await appends[6]);
        Assert.Equal(["u-1", "u-2", "u-3"], (await log.ReadAllAsync(Here)).Select(entry => entry.By!.Value.Value));
    }

    [StorageFact]
    public async Task OfManyWritersOfOneRoomOneGetsEachPlace()
    {
        var storage = Site.Open();
        var log = storage.Rooms;

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var own = new List<long>();
            while (own.Count < 20)
            {
                var next = await log.HeadAsync(Here, default) + 1;
                try
                {
                    await log.AppendAsync(Here, Said(next, 2, $"u-{writer}"), default);
                    own.AddRange([next, next + 1]);
                }
                catch (InconsistentStateException)
                {
                    // Another was first; it looks again.
                }
            }
            return own;
        }));

        var entries = await log.ReadAllAsync(Here);
        Assert.Equal(Enumerable.Range(1, 160).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        for (var writer = 0; writer < taken.Length; writer++)
            Assert.All(taken[writer], seq => Assert.Equal($"u-{writer}", entries[(int)seq - 1].By!.Value.Value));
    }

    [StorageFact]
    public async Task FullQueueRefusesAtOnceAndTakesTheSameLater()
    {
        var storage = Site.Open(options => options.WriteQueueMax = 4);
        var log = storage.Rooms;
        await MakeKeysAsync(storage);

        Task<DuplicateEntry[]> first, second;
        BusyException busy;
        using (var stall = Site.StallWriter(storage))
        {
            first = stall.Occupy(() => log.AppendAsync(Here, [Said(1, "u-1")], default).AsTask());
            second = log.AppendAsync(Here, Said(2, 3, "u-1"), default).AsTask();
            busy = await Assert.ThrowsAsync<BusyException>(() =>
                log.AppendAsync(new("r-2"), Said(1, 3, "u-1"), default).AsTask());
        }
        await Task.WhenAll(first, second);

        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        Assert.Empty(await log.AppendAsync(new("r-2"), Said(1, 3, "u-1"), default));
        Assert.Equal(4, await log.HeadAsync(Here, default));
    }

    [StorageFact]
    public async Task LogIsThereAfterReopening()
    {
        var entries = Said(1, 5, "u-1");
        using (var storage = Site.Open())
            await storage.Rooms.AppendAsync(Here, entries, default);

        var log = Site.Open().Rooms;
        AssertSame(entries, await log.ReadAllAsync(Here));
        Assert.Equal([new DuplicateEntry(0, 3)], await log.AppendAsync(Here, [entries[2] with { Seq = 6 }], default));
    }

    /// <summary>A first key is a write of its own, which would be in front of the others.</summary>
    private static async Task MakeKeysAsync(OpenStorage storage)
    {
        for (var i = 1; i <= 3; i++) await storage.Vault.SealAsync(new($"u-{i}"), "first", "x", default);
    }

    public sealed class OnSqlite() : RoomLogTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : RoomLogTests(new PostgresSite());
}
