using Orleans.Storage;

namespace Engage.Storage.Tests;

public abstract class ModelStoreTests : StorageSuite
{
    private protected ModelStoreTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task UnknownModelIsNull()
    {
        var models = Site.Open().Models;

        Assert.Null(await models.LoadAsync("ranker", 0, default));
    }

    [StorageFact]
    public async Task NewestVersionSurvivesReopeningWithItsMarks()
    {
        long stored;
        using (var storage = Site.Open())
        {
            var first = await storage.Models.StoreAsync(
                "ranker", new("""{"offset":1}"""u8.ToArray(), Weights(1)), default);
            var second = new StoredModel("""{"offset":2}"""u8.ToArray(), Weights(2)) { Version = first };
            stored = await storage.Models.StoreAsync("ranker", second, default);
            await storage.Models.StoreAsync("other", new("{}"u8.ToArray(), Array.Empty<byte>()), default);
        }

        var found = await Site.Open().Models.LoadAsync("ranker", 0, default);

        Assert.Equal("""{"offset":2}"""u8, found!.Marks);
        Assert.Equal(Weights(2), found.Weights.ToArray());
        Assert.Equal(stored, found.Version);
    }

    [StorageFact]
    public async Task OnlyWhatIsNewerIsLoaded()
    {
        var models = Site.Open().Models;
        var first = await models.StoreAsync("ranker", Filled(1), default);
        var second = await models.StoreAsync("ranker", Filled(2) with { Version = first }, default);

        Assert.True(second > first);
        Assert.Equal(second, (await models.LoadAsync("ranker", first, default))!.Version);
        Assert.Null(await models.LoadAsync("ranker", second, default));
    }

    [StorageFact]
    public async Task WriterThatDoesNotGoOnFromTheNewestVersionIsRefused()
    {
        var models = Site.Open().Models;
        var first = await models.StoreAsync("ranker", Filled(1), default);
        var second = await models.StoreAsync("ranker", Filled(2) with { Version = first }, default);

        foreach (var stale in new[] { 0, first, second + 1 })
            await Assert.ThrowsAsync<InconsistentStateException>(() =>
                models.StoreAsync("ranker", Filled(3) with { Version = stale }, default).AsTask());

        Assert.Equal([2], (await models.LoadAsync("ranker", 0, default))!.Marks);
    }

    [StorageFact]
    public async Task OfManyFirstVersionsExactlyOneIsStored()
    {
        var models = Site.Open().Models;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
            Record.ExceptionAsync(() => models.StoreAsync("ranker", Filled((byte)writer), default).AsTask()))));

        Assert.Single(outcomes, error => error is null);
        Assert.Equal(7, outcomes.OfType<InconsistentStateException>().Count());
    }

    [StorageFact]
    public async Task MarksAndWeightsAreNeverOfTwoVersions()
    {
        var models = Site.Open().Models;
        var version = await models.StoreAsync("ranker", Filled(0), default);

        var writing = Task.Run(async () =>
        {
            for (byte step = 1; step <= 20; step++)
                version = await models.StoreAsync("ranker", Filled(step) with { Version = version }, default);
        });
        while (!writing.IsCompleted)
        {
            var seen = (await models.LoadAsync("ranker", 0, default))!;
            Assert.Equal(-1, seen.Weights.AsSpan().IndexOfAnyExcept(seen.Marks[0]));
            await Task.Yield();
        }
        await writing;

        Assert.Equal(20, (await models.LoadAsync("ranker", 0, default))!.Marks[0]);
    }

    private static StoredModel Filled(byte value) => new([value], Enumerable.Repeat(value, 10_000).ToArray());

    /// <summary>A few megabytes, as a model of some thousand users and items has.</summary>
    private static byte[] Weights(int seed)
    {
        var weights = new byte[3_000_000];
        new Random(seed).NextBytes(weights);
        return weights;
    }

    public sealed class OnSqlite() : ModelStoreTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : ModelStoreTests(new PostgresSite());
}
