using Engage.Contracts;
using Engage.Contracts.Activity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Tests;

public abstract class RegistrationTests : StorageSuite
{
    private protected RegistrationTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task HostOpensAtStartAndClosesAtTheEnd()
    {
        using (var host = Build())
        {
            await host.StartAsync();
            var journal = host.Services.GetRequiredService<IActivityJournal>();
            var receipts = await journal.AppendAsync([Events.Viewed("ann", 1)], default);
            await host.Services.GetRequiredKeyedService<IGrainStorage>("Default")
                .WriteStateAsync("s", GrainId.Create("t", "k"), new GrainState<Counter>(new Counter()));
            await host.Services.GetRequiredService<IStorageProbe>().CheckAsync(default);
            Assert.False(receipts[0].Duplicate);
            await host.StopAsync();
        }

        Assert.Single(await StoredAsync());
    }

    [StorageFact]
    public async Task SingletonBuiltOnTheStorageMayWriteWhileItIsDisposed()
    {
        using (var host = Build(services => services.AddSingleton<LastWord>()))
        {
            await host.StartAsync();
            host.Services.GetRequiredService<LastWord>();
        }

        Assert.Single(await StoredAsync());
    }

    [StorageTheory]
    [InlineData(0)]
    [InlineData(1_025)]
    public void OptionOutOfRangeIsNamed(int partitions)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Site.Register(new ServiceCollection(), options => options.PartitionCount = partitions));

        Assert.Contains("PartitionCount", error.Message, StringComparison.Ordinal);
    }

    private IHost Build(Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddMetrics();
        Site.Register(builder.Services);
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private Task<List<JournaledEvent>> StoredAsync()
    {
        var journal = Site.Open().Journal;
        return journal.ReadAllAsync(journal.PartitionOf(new UserId("ann")));
    }

    private sealed class LastWord(IActivityJournal journal) : IDisposable
    {
        public void Dispose() =>
            journal.AppendAsync([Events.Viewed("ann", 1)], default).AsTask().GetAwaiter().GetResult();
    }

    public sealed class OnSqlite() : RegistrationTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : RegistrationTests(new PostgresSite());
}
