using Engage.Contracts.Activity;
using Engage.Postgres.Facts;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>Several processes on one database: what only a server can offer.</summary>
public sealed class SharedDatabaseTests : IDisposable
{
    private readonly PostgresSite _site = new();

    public void Dispose() => _site.Dispose();

    [PostgresFact]
    public async Task TwoWritersLeaveNoGapsInThePartitionsTheyShare()
    {
        var (one, two) = (_site.Open().Journal, _site.Open().Journal);
        await using var first = new Load(one, callers: 16, "left");
        await using var second = new Load(two, callers: 16, "right");

        first.WaitForMore(500);
        second.WaitForMore(500);
        await first.StopAsync();
        await second.StopAsync();

        var places = first.Acknowledged.Values.Concat(second.Acknowledged.Values).ToList();
        Assert.Equal(places.Count, places.Distinct().Count());
        foreach (var partition in places.GroupBy(place => place.Partition))
        {
            var expected = Enumerable.Range(1, partition.Count()).Select(offset => (long)offset).ToList();
            Assert.Equal(expected, partition.Select(place => place.Offset).Order());
            Assert.Equal(expected, (await one.ReadAllAsync(partition.Key)).Select(entry => entry.Offset));
            Assert.Equal(expected, (await two.ReadAllAsync(partition.Key)).Select(entry => entry.Offset));
        }
    }

    [PostgresFact]
    public async Task ReaderThatSawAHeadNeverFindsANewEventAtOrBelowIt()
    {
        await using var left = new Load(_site.Open().Journal, callers: 8, "left");
        await using var right = new Load(_site.Open().Journal, callers: 8, "right");
        var reader = _site.Open().Journal;
        var seen = new long[reader.PartitionCount];

        var round = 0;
        for (; round < 2_000 && left.Acknowledged.Count + right.Acknowledged.Count < 2_000; round++)
        {
            for (var partition = 0; partition < seen.Length; partition++)
            {
                var head = await reader.HeadAsync(partition, default);
                var events = await reader.ReadAsync(partition, seen[partition], 10_000, default);
                // What is there up to the head is all there ever will be: no hole that fills up later.
                var offsets = events.Select(entry => entry.Offset).ToList();
                Assert.Equal(Enumerable.Range(1, events.Length).Select(n => seen[partition] + n), offsets);
                Assert.True(seen[partition] + events.Length >= head);
                seen[partition] += events.Length;
            }
        }

        Assert.True(round > 1);
        Assert.True(seen.Sum() > 0);
    }

    [PostgresFact]
    public async Task EveryStateOfTheTableIsWithoutHoles()
    {
        await using var left = new Load(_site.Open().Journal, callers: 8, "left");
        await using var right = new Load(_site.Open().Journal, callers: 8, "right");
        left.WaitForMore(10);
        right.WaitForMore(10);

        var looks = 0;
        while (looks < 100)
        {
            // One statement sees one moment.
            Assert.Equal(0, _site.Query("""
                SELECT count(*) FROM (
                    SELECT partition FROM activity_event GROUP BY partition HAVING max("offset") <> count(*)) holes
                """));
            looks++;
        }
    }

    [PostgresFact]
    public async Task EventSentToBothIsTakenOnceAndBothNameItsPlace()
    {
        var journals = new[] { _site.Open().Journal, _site.Open().Journal };
        var events = Enumerable.Range(0, 400).Select(step => Events.Viewed($"user-{step % 7}", step)).ToArray();

        var receipts = await Task.WhenAll(journals.Select(journal => Task.Run(async () =>
        {
            var own = new List<AppendReceipt>();
            foreach (var some in events.Chunk(10)) own.AddRange(await journal.AppendAsync(some, default));
            return own;
        })));

        for (var i = 0; i < events.Length; i++)
        {
            Assert.Equal(receipts[0][i].Position, receipts[1][i].Position);
            Assert.Single(receipts, own => !own[i].Duplicate);
        }
        Assert.Equal(events.Length, _site.Query("SELECT count(*) FROM activity_event"));
    }

    [PostgresFact]
    public async Task EventsOfTheOtherAreReadAtOnce()
    {
        var (one, two) = (_site.Open().Journal, _site.Open().Journal);
        var partition = (await one.AppendAsync(Events.Steps(1, 2), default))[0].Position.Partition;

        await two.AppendAsync(Events.Steps(3, 2), default);
        var afterTwo = await one.ReadAllAsync(partition);
        await one.AppendAsync(Events.Steps(5, 1), default);
        var afterOne = await two.ReadAllAsync(partition);

        Assert.Equal([1, 2, 3, 4], afterTwo.Select(entry => entry.Offset));
        Assert.Equal(Events.Steps(1, 5), afterOne.Select(entry => entry.Event));
    }

    [PostgresFact]
    public async Task ManyThatMigrateAtTheSameTimeApplyEachStepOnce()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _site.Open())));

        var receipts = await opened[0].Journal.AppendAsync(Events.Steps(1, 1), default);
        var (partition, offset) = receipts[0].Position;
        Assert.Equal(offset, await opened[5].Journal.HeadAsync(partition, default));
        Assert.Equal(
            _site.Query("SELECT max(version) FROM schema_migration"),
            _site.Query("SELECT count(*) FROM schema_migration"));
    }

    [PostgresFact]
    public async Task StaleETagIsRefusedAcrossProcesses()
    {
        var (one, two) = (_site.Open().States, _site.Open().States);
        var grain = GrainId.Create("counter", "ann");
        await one.WriteStateAsync("s", grain, new GrainState<Counter>(new Counter { Count = 1 }));
        var (left, right) = (new GrainState<Counter>(), new GrainState<Counter>());
        await one.ReadStateAsync("s", grain, left);
        await two.ReadStateAsync("s", grain, right);
        await two.WriteStateAsync("s", grain, right);

        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => one.WriteStateAsync("s", grain, left));

        Assert.Equal(("2", "1"), (error.StoredEtag, error.CurrentEtag));
    }

    [PostgresFact]
    public async Task OfTwoProcessesThatRaceForAStateExactlyOneWins()
    {
        var states = new[] { _site.Open().States, _site.Open().States };
        for (var round = 0; round < 20; round++)
        {
            var grain = GrainId.Create("counter", $"race-{round}");

            var outcomes = await Task.WhenAll(states.Select(own => Task.Run(() => TryWriteAsync(own, grain))));

            Assert.Single(outcomes, won => won);
        }
    }

    [PostgresFact]
    public async Task CatalogueRevisionsOfTwoWritersAreUniqueAndVisibleInOrder()
    {
        var stores = new[] { _site.Open().Catalogue, _site.Open().Catalogue };
        var adding = Task.WhenAll(stores.Select((store, writer) => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
                await store.AddAsync(
                    new(CatalogueKind.Creator, $"{writer}-{i}", 0, null, null, "{}"u8.ToArray()), default);
        })));

        var followed = new List<long>();
        for (var finished = false; !finished;)
        {
            finished = adding.IsCompleted;
            var page = await stores[0].ListAsync(new(null, followed.LastOrDefault(), 1_000), default);
            followed.AddRange(page.Select(entry => entry.Revision));
        }
        await adding;

        Assert.Equal(Enumerable.Range(1, 120).Select(revision => (long)revision), followed);
    }

    private static async Task<bool> TryWriteAsync(IGrainStorage states, GrainId grain)
    {
        try
        {
            await states.WriteStateAsync("s", grain, new GrainState<Counter>(new Counter()));
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
