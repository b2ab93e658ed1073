using Engage.Storage.Books;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>Everything that stands on one open database.</summary>
internal sealed class OpenStorage : IDisposable
{
    public OpenStorage(ServiceProvider services)
    {
        Services = services;
        Probe = services.GetRequiredService<IStorageProbe>();
        Journal = services.GetRequiredService<IActivityJournal>();
        States = services.GetRequiredKeyedService<IGrainStorage>(StorageRegistration.DefaultGrainStorage);
        Catalogue = services.GetRequiredService<ICatalogueStore>();
        Rooms = services.GetRequiredService<IRoomLog>();
        Books = services.GetRequiredService<IBooks>();
        Models = services.GetRequiredService<IModelStore>();
        Vault = services.GetRequiredService<IPersonalVault>();
    }

    public ServiceProvider Services { get; }
    public IStorageProbe Probe { get; }
    public IActivityJournal Journal { get; }
    public IGrainStorage States { get; }
    public ICatalogueStore Catalogue { get; }
    public IRoomLog Rooms { get; }
    public IBooks Books { get; }
    public IModelStore Models { get; }
    public IPersonalVault Vault { get; }

    /// <summary>What waits is still written; what comes later is refused.</summary>
    public void Dispose() => Services.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
