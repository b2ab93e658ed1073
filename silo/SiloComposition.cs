using System.Globalization;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains;
using Engage.Grains.Catalogue;
using Engage.Silo.Management;
using Engage.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Engage.Silo;

/// <summary>Composes engine, storage and grains into one silo.</summary>
public static class SiloComposition
{
    private static readonly TimeSpan StorageAnswerMax = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Storage is registered first and the engine after it: hosted services stop in reverse order, so the actors store
    /// their state before the storage closes.
    /// </summary>
    public static IHostApplicationBuilder AddEngageSilo(this IHostApplicationBuilder builder)
    {
        var storage = builder.Configuration.GetSection("Storage");
        builder.AddManagement();
        builder.Services.AddEngageStorage(storage).AddEngageGrainStorage(storage);
        builder.Services.AddHealthChecks().AddCheck<StorageCheck>("storage", timeout: StorageAnswerMax);
        builder.Services.AddEngageGrains(builder.Configuration);
        builder.UseOrleans(silo => silo.AddStartupTask(StartPumpsAsync));
        return builder;
    }

    /// <summary>
    /// Nothing is asked of the silo before the catalogue is read, the model is loaded and every pump runs.
    /// </summary>
    private static async Task StartPumpsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<CatalogueView>().RefreshAsync(cancellationToken);

        var grains = services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();

        var partitions = services.GetRequiredService<IActivityJournal>().PartitionCount;
        await Task.WhenAll(Enumerable.Range(0, partitions).Select(partition =>
            grains.GetGrain<IActivityPartitionGrain>(partition.ToString(CultureInfo.InvariantCulture)).PokeAsync()));
    }
}
