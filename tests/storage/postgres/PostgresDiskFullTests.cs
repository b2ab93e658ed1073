using Engage.Contracts.Activity;
using Engage.Postgres;
using Engage.Postgres.Facts;
using Orleans;
using Orleans.Runtime;

namespace Engage.Storage.Tests;

/// <summary>A database on a file system that is really full.</summary>
public sealed class PostgresDiskFullTests : IDisposable
{
    private readonly PostgresServer _server;
    private readonly SmallDisk _disk;
    private readonly PostgresSite _site;

    public PostgresDiskFullTests()
    {
        _server = PostgresServer.Start();
        _disk = SmallDisk.Mount(_server, megabytes: 40);
        _disk.Occupy(megabytes: 24);
        _site = new(_server.CreateDatabase(_disk.Tablespace));
    }

    public void Dispose()
    {
        _site.Dispose();
        _disk.Dispose();
        _server.Dispose();
    }

    [SmallDiskFact]
    public async Task FullDiskFailsLoudlyAcknowledgesNothingAndRecoversWhenThereIsSpace()
    {
        var storage = _site.Open(options => options.PartitionCount = 1);
        var journal = storage.Journal;
        var acknowledged = 0L;

        var step = 0;
        var error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            for (; step < 1_000_000; step += 100)
                acknowledged = (await journal.AppendAsync(Large(step), default))[^1].Position.Offset;
        });
        var again = await Assert.ThrowsAsync<StorageException>(() =>
            journal.AppendAsync(Large(step), default).AsTask());
        var headWhileFull = await journal.HeadAsync(0, default);
        var readWhileFull = await journal.ReadAsync(0, headWhileFull - 1, 1, default);
        _disk.Free();
        var receipts = await journal.AppendAsync(Large(step), default);
        await storage.States.WriteStateAsync("s", GrainId.Create("t", "k"), new GrainState<Counter>(new Counter()));

        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        Assert.Contains("free space", again.Message, StringComparison.Ordinal);
        Assert.Contains(_site.Place, error.Message, StringComparison.Ordinal);
        Assert.True(acknowledged > 0);
        Assert.Equal(acknowledged, headWhileFull);
        Assert.Equal(acknowledged, Assert.Single(readWhileFull).Offset);
        Assert.Equal(acknowledged + 1, receipts[0].Position.Offset);
        Assert.All(receipts, receipt => Assert.False(receipt.Duplicate));
        var stored = await journal.ReadAllAsync(0);
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(n => (long)n), stored.Select(entry => entry.Offset));
        Assert.Equal(acknowledged + 100, stored.Count);
    }

    [SmallDiskFact]
    public async Task EveryCallerIsToldThatTheDiskIsFullAndAllSucceedAfterwards()
    {
        var journal = _site.Open(options => options.PartitionCount = 1).Journal;
        await Assert.ThrowsAsync<StorageException>(async () =>
        {
            for (var step = 0; step < 1_000_000; step += 100) await journal.AppendAsync(Large(step), default);
        });

        var refused = await Task.WhenAll(Enumerable.Range(0, 32).Select(async caller =>
            await Record.ExceptionAsync(() => journal.AppendAsync(Large(-1_000 * (caller + 1)), default).AsTask())));
        _disk.Free();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 32).Select(caller =>
            journal.AppendAsync(Large(-1_000 * (caller + 1)), default).AsTask()));

        Assert.All(refused, error => Assert.IsType<StorageException>(error));
        Assert.All(receipts, own => Assert.All(own, receipt => Assert.False(receipt.Duplicate)));
    }

    /// <summary>A hundred events of a kilobyte that does not compress.</summary>
    private static ActivityEvent[] Large(int step)
    {
        var random = new Random(step);
        return [.. Enumerable.Range(step, 100).Select(number => Events.Viewed($"user-{number}", number) with
        {
            Attributes = new Dictionary<string, string> { ["text"] = Text(random) },
        })];
    }

    private static string Text(Random random)
    {
        var bytes = new byte[750];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private sealed class SmallDiskFactAttribute : FactAttribute
    {
        public SmallDiskFactAttribute() => Skip = SmallDisk.Missing;
    }
}
