using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

public sealed class RegistrationTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task HostOpensAtStartAndClosesAtTheEnd()
    {
        using (var host = Build())
        {
            await host.StartAsync();
            Assert.Throws<StorageException>(() => _folder.Open());

            var journal = host.Services.GetRequiredService<IActivityJournal>();
            var receipts = await journal.AppendAsync([Events.Viewed("ann", 1)], default);
            await host.Services.GetRequiredKeyedService<IGrainStorage>("Default")
                .WriteStateAsync("s", GrainId.Create("t", "k"), new GrainState<Counter>(new Counter()));
            await host.Services.GetRequiredService<IStorageProbe>().CheckAsync(default);
            Assert.False(receipts[0].Duplicate);
            await host.StopAsync();
        }

        _folder.Open().Dispose();
        Assert.Equal(1, _folder.Query("SELECT count(*) FROM activity_event"));
    }

    [Fact]
    public async Task FolderInUseStopsTheStart()
    {
        _folder.Open();
        using var host = Build();

        var error = await Assert.ThrowsAsync<StorageException>(() => host.StartAsync());

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SingletonBuiltOnTheStorageMayWriteWhileItIsDisposed()
    {
        using (var host = Build(services => services.AddSingleton<LastWord>()))
        {
            await host.StartAsync();
            host.Services.GetRequiredService<LastWord>();
        }

        Assert.Equal(1, _folder.Query("SELECT count(*) FROM activity_event"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void OptionOutOfRangeIsNamed(int partitions)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new ServiceCollection().AddSqliteStorage(options => options.PartitionCount = partitions));

        Assert.Contains("PartitionCount", error.Message, StringComparison.Ordinal);
    }

    private IHost Build(Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddMetrics();
        builder.Services.AddSqliteStorage(options => options.Path = _folder.Path).AddSqliteGrainStorage();
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private sealed class LastWord(IActivityJournal journal) : IDisposable
    {
        public void Dispose() =>
            journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask().GetAwaiter().GetResult();
    }
}
