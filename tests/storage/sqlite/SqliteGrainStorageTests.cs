using Engage.Storage.Sqlite;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

public sealed class SqliteGrainStorageTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// On PostgreSQL they would: there the rows are Orleans' own, whose key is state name and grain key, so that grains
    /// of different types must name their states differently.
    /// </summary>
    [Fact]
    public async Task GrainTypesWithTheSameStateNameDoNotMix()
    {
        var storage = new SqliteGrainStorage(_folder.Open());
        await storage.WriteStateAsync("s", GrainId.Create("counter", "ann"), Counted(1));
        await storage.WriteStateAsync("s", GrainId.Create("other", "ann"), Counted(2));

        var read = new GrainState<Counter>();
        await storage.ReadStateAsync("s", GrainId.Create("counter", "ann"), read);

        Assert.Equal(1, read.State!.Count);
    }

    private static GrainState<Counter> Counted(int count) => new(new Counter { Count = count });
}
