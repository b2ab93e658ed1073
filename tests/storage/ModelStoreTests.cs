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
        using (var storage = Site.Open())
        {
            var first = await storage.Models.StoreAsync("ranker", new("""{"offset":1}"""u8.ToArray(), [1]), default);
            await storage.Models.StoreAsync(
                "ranker", new("""{"offset":2}"""u8.ToArray(), Weights(2)) { Version = first }, default);
            await storage.Models.StoreAsync("other", new("{}"u8.ToArray(), []), default);
        }

        var found = await Site.Open().Models.LoadAsync("ranker", 0, default);

        Assert.Equal("""{"offset":2}"""u8, found!.Marks);
        Assert.Equal(Weights(2), found.Weights);
    }

    [StorageFact]
    public async Task MarksAndWeightsAreNeverOfTwoVersions()
    {
        var models = Site.Open().Models;
        var stored = await models.StoreAsync("ranker", Version(0), default);

        var writing = Task.Run(async () =>
        {
            for (byte version = 1; version <= 20; version++)
                stored = await models.StoreAsync("ranker", Version(version) with { Version = stored }, default);
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

    [StorageFact]
    public async Task OnlyANewerVersionIsLoaded()
    {
        var models = Site.Open().Models;
        var first = await models.StoreAsync("ranker", Version(1), default);

        var none = await models.LoadAsync("ranker", first, default);
        var second = await models.StoreAsync("ranker", Version(2) with { Version = first }, default);
        var newer = await models.LoadAsync("ranker", first, default);

        Assert.Null(none);
        Assert.True(second > first);
        Assert.Equal(second, newer!.Version);
    }

    [StorageFact]
    public async Task WriterThatGoesOnFromAnOldVersionIsRefused()
    {
        var models = Site.Open().Models;
        var first = await models.StoreAsync("ranker", Version(1), default);
        await models.StoreAsync("ranker", Version(2) with { Version = first }, default);

        var stale = () => models.StoreAsync("ranker", Version(3) with { Version = first }, default).AsTask();
        var blind = () => models.StoreAsync("ranker", Version(3), default).AsTask();

        await Assert.ThrowsAsync<InconsistentStateException>(stale);
        await Assert.ThrowsAsync<InconsistentStateException>(blind);
        Assert.Equal(2, (await models.LoadAsync("ranker", 0, default))!.Marks[0]);
    }

    private static StoredModel Version(byte version) =>
        new([version], [.. Enumerable.Repeat(version, 10_000)]);

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
