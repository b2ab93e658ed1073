using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

public abstract class GrainStorageTests : StorageSuite
{
    private static readonly GrainId Grain = GrainId.Create("counter", "ann");


    private protected GrainStorageTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task AbsentStateReadsAsNewWithoutETag()
    {
        var storage = Site.Open().States;
        var state = new GrainState<Counter>(new Counter { Count = 5 }, "7") { RecordExists = true };

        await storage.ReadStateAsync("s", Grain, state);

        Assert.Equal(0, state.State!.Count);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [StorageFact]
    public async Task StateSurvivesReopening()
    {
        using (var database = Site.Open())
            await database.States.WriteStateAsync(
                "s", Grain, new GrainState<Counter>(new Counter { Count = 3, Note = "进度 \"3\"" }));

        var read = new GrainState<Counter>();
        await Site.Open().States.ReadStateAsync("s", Grain, read);

        Assert.True(read.RecordExists);
        Assert.Equal((3, "进度 \"3\""), (read.State!.Count, read.State.Note));
        Assert.Equal("1", read.ETag);
    }

    [StorageFact]
    public async Task ETagGrowsWithEveryWrite()
    {
        var storage = Site.Open().States;
        var state = new GrainState<Counter>(new Counter());
        var tags = new List<string?>();

        for (var i = 0; i < 3; i++)
        {
            await storage.WriteStateAsync("s", Grain, state);
            tags.Add(state.ETag);
        }

        Assert.Equal(["1", "2", "3"], tags);
    }

    [StorageFact]
    public async Task StatesOfManySizesThatAreStoredAtOnceDoNotMix()
    {
        var storage = Site.Open().States;
        var notes = Enumerable.Range(0, 200).Select(i => new string((char)('a' + (i % 26)), 1 + (i * i * 3))).ToArray();

        for (var round = 0; round < 2; round++)
            await Task.WhenAll(notes.Select((note, i) => storage.WriteStateAsync(
                $"s{round}", GrainId.Create("counter", $"g{i}"), new GrainState<Counter>(new() { Note = note }))));

        for (var i = 0; i < notes.Length; i++)
        {
            var read = new GrainState<Counter>();
            await storage.ReadStateAsync("s1", GrainId.Create("counter", $"g{i}"), read);
            Assert.Equal(notes[i], read.State!.Note);
        }
    }

    [StorageFact]
    public async Task NamesAndKeysDoNotMix()
    {
        var storage = Site.Open().States;
        (string Name, GrainId Grain)[] places =
        [
            ("s", Grain), ("s2", Grain), ("s", GrainId.Create("counter", "bob")), ("S", Grain),
        ];
        for (var i = 0; i < places.Length; i++)
            await storage.WriteStateAsync(
                places[i].Name, places[i].Grain, new GrainState<Counter>(new Counter { Count = i }));

        for (var i = 0; i < places.Length; i++)
        {
            var read = new GrainState<Counter>();
            await storage.ReadStateAsync(places[i].Name, places[i].Grain, read);
            Assert.Equal(i, read.State!.Count);
        }
    }

    [StorageFact]
    public async Task SecondWriterWithAStaleETagIsRefusedWithBothETags()
    {
        var storage = Site.Open().States;
        await storage.WriteStateAsync("s", Grain, new GrainState<Counter>(new Counter { Count = 1 }));
        var one = new GrainState<Counter>();
        var two = new GrainState<Counter>();
        await storage.ReadStateAsync("s", Grain, one);
        await storage.ReadStateAsync("s", Grain, two);
        await storage.WriteStateAsync("s", Grain, one);

        var error = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            storage.WriteStateAsync("s", Grain, two));

        Assert.Equal(("2", "1"), (error.StoredEtag, error.CurrentEtag));
        Assert.Contains("counter/ann", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", two.ETag);
    }

    [StorageFact]
    public async Task OfTwoRacingWritersExactlyOneWins()
    {
        var storage = Site.Open().States;

        for (var round = 0; round < 20; round++)
        {
            var grain = GrainId.Create("counter", $"race-{round}");
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                try
                {
                    await storage.WriteStateAsync("s", grain, new GrainState<Counter>(new Counter { Count = writer }));
                    return true;
                }
                catch (InconsistentStateException)
                {
                    return false;
                }
            })));
            Assert.Single(outcomes, won => won);
        }
    }

    [StorageFact]
    public async Task ClearedStateIsGoneButItsVersionGoesOn()
    {
        var storage = Site.Open().States;
        var state = new GrainState<Counter>(new Counter { Count = 1 });
        await storage.WriteStateAsync("s", Grain, state);
        var sleeper = new GrainState<Counter>();
        await storage.ReadStateAsync("s", Grain, sleeper);

        await storage.ClearStateAsync("s", Grain, state);
        var read = new GrainState<Counter>();
        await storage.ReadStateAsync("s", Grain, read);

        Assert.False(state.RecordExists);
        Assert.False(read.RecordExists);
        Assert.Equal(0, read.State!.Count);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", Grain, sleeper));
        await storage.WriteStateAsync("s", Grain, read);
        Assert.Equal("3", read.ETag);
    }

    [StorageFact]
    public async Task ClearingWhatWasNeverWrittenStoresNothing()
    {
        var storage = Site.Open().States;

        await storage.ClearStateAsync("s", Grain, new GrainState<Counter>(new Counter()));

        Assert.Equal(0, Site.StateRows);
    }

    [StorageFact]
    public async Task StateThatDoesNotFitItsTypeIsNamed()
    {
        var storage = Site.Open().States;
        await storage.WriteStateAsync("s", Grain, new GrainState<int[]>([1]));

        var error = await Assert.ThrowsAsync<StorageException>(() =>
            storage.ReadStateAsync("s", Grain, new GrainState<Counter>()));

        Assert.Contains("'s' of grain 'counter/ann'", error.Message, StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task NumbersThatJsonLacksAndFieldsSurvive()
    {
        var storage = Site.Open().States;
        var weights = new Weights { Values = [1.5f, float.NaN, float.NegativeInfinity], Named = { ["中"] = 1 } };
        var written = new GrainState<Weights>(weights);
        await storage.WriteStateAsync("w", Grain, written);

        var read = new GrainState<Weights>();
        await storage.ReadStateAsync("w", Grain, read);

        Assert.Equal(written.State!.Values, read.State!.Values);
        Assert.Equal(1, read.State.Named["中"]);
    }

    private sealed class Weights
    {
        public float[] Values = [];
        public Dictionary<string, long> Named { get; init; } = [];
    }

    public sealed class OnSqlite() : GrainStorageTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : GrainStorageTests(new PostgresSite());
}
