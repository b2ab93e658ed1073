using System.Diagnostics.Metrics;
using Engage.Bench.Journal;
using Engage.Storage;
using Engage.Storage.Books;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Bench.Orders;

/// <summary>The books as a server has them, with default options, on an empty database.</summary>
internal sealed class BooksScene : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public BooksScene(BenchDatabase database)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Kind", database.Name), database.CreatePlace()]).Build();
        _services = new ServiceCollection()
            .AddLogging().AddMetrics().AddEngageStorage(settings).BuildServiceProvider();
        Groups = new(_services.GetRequiredService<IMeterFactory>());
        Books = _services.GetRequiredService<IBooks>();
    }

    public IBooks Books { get; }

    public GroupMeter Groups { get; }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Groups.Dispose();
    }
}
