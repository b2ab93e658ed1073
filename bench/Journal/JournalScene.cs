using System.Diagnostics.Metrics;
using Engage.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Bench.Journal;

/// <summary>The journal as a server has it, with its default options, on an empty database.</summary>
internal sealed class JournalScene : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public JournalScene(BenchDatabase database)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Kind", database.Name), database.CreatePlace()]).Build();
        _services = new ServiceCollection()
            .AddLogging().AddMetrics().AddEngageStorage(settings).BuildServiceProvider();
        Groups = new(_services.GetRequiredService<IMeterFactory>());
        Journal = _services.GetRequiredService<IActivityJournal>();
    }

    public IActivityJournal Journal { get; }

    public GroupMeter Groups { get; }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Groups.Dispose();
    }
}
