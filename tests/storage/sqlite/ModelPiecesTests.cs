using Engage.Contracts;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class ModelPiecesTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ModelStoredInOneRowIsStillRead()
    {
        _folder.Open().Dispose();
        _folder.Execute("INSERT INTO model (name, stored_at, marks, weights) VALUES ('ranker', 5, x'01', x'0203')");

        var found = await Store(_folder.Open()).LoadAsync("ranker", 0, default);

        Assert.Equal([1], found!.Marks);
        Assert.Equal([2, 3], found.Weights.ToArray());
        Assert.Equal(5, found.Version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ModelPieces.Bytes)]
    [InlineData(3 * ModelPieces.Bytes + 1)]
    public async Task WeightsOfEveryLengthAreReadAsStored(int length)
    {
        var weights = new byte[length];
        new Random(length).NextBytes(weights);
        var store = Store(_folder.Open());

        await store.StoreAsync("ranker", new([1], weights), default);

        Assert.Equal(weights, (await store.LoadAsync("ranker", 0, default))!.Weights.ToArray());
    }

    [Fact]
    public async Task UploadThatEndsHalfwayLeavesTheEarlierVersionAndIsSweptByTheNext()
    {
        var database = _folder.Open();
        var store = Store(database);
        var first = await store.StoreAsync("ranker", Model(1), default);
        using var cancel = new CancellationTokenSource();
        Task<long> stopped;
        using (_folder.StallWriter(database))
        {
            stopped = store.StoreAsync("ranker", Model(2) with { Version = first }, cancel.Token).AsTask();
            await cancel.CancelAsync();
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        _folder.Execute("INSERT INTO model_piece VALUES ((1000 << 32) + 3, x'00')"); // of a process that died

        Assert.Equal(Model(1).Weights.ToArray(), (await store.LoadAsync("ranker", 0, default))!.Weights.ToArray());
        var second = await store.StoreAsync("ranker", Model(3) with { Version = first }, default);
        await store.StoreAsync("ranker", Model(4) with { Version = second }, default);

        Assert.Equal(0, _folder.Query("SELECT count(*) FROM model_piece WHERE place >> 32 = 1000"));
        Assert.Equal(8, _folder.Query("SELECT count(*) FROM model_piece")); // this version and the one before
    }

    [Fact]
    public async Task ModelsUploadedSideBySideDoNotSweepEachOther()
    {
        var database = _folder.Open();

        await Task.WhenAll(Enumerable.Range(1, 8).Select(model =>
            Store(database).StoreAsync($"model-{model}", Model((byte)model), default).AsTask()));

        for (byte model = 1; model <= 8; model++)
        {
            var found = await Store(database).LoadAsync($"model-{model}", 0, default);
            Assert.Equal(Model(model).Weights.ToArray(), found!.Weights.ToArray());
        }
    }

    /// <summary>Four pieces.</summary>
    private static StoredModel Model(byte value) =>
        new([value], Enumerable.Repeat(value, 4 * ModelPieces.Bytes).ToArray());

    private static SqliteModelStore Store(SqliteDatabase database) => new(database, TimeProvider.System);
}
