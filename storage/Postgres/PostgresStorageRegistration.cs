using System.Diagnostics.Metrics;
using Engage.Storage.Books;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Engage.Storage.Postgres;

/// <summary>Puts PostgreSQL under a host.</summary>
public static class PostgresStorageRegistration
{
    /// <summary>
    /// Registers journal, room log, books, catalogue, model store and the probe on one database. Call it before the
    /// engine's registration: the database is then ready before the first actor starts, and a server that cannot be
    /// used stops the host at once. The container disposes it after everything that was built upon it.
    /// </summary>
    public static IServiceCollection AddPostgresStorage(
        this IServiceCollection services, Action<StorageOptions> configure)
    {
        var options = new StorageOptions();
        configure(options);
        options.Validate();
        PostgresConnectionString.Parse(options.ConnectionString);

        services.AddSingleton(provider => PostgresDatabase.Open(
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<IMeterFactory>(),
            provider.GetRequiredService<ILogger<PostgresDatabase>>()));
        services.AddSingleton<IStorageProbe>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.AddSingleton<IActivityJournal, PostgresActivityJournal>();
        services.AddSingleton<ICatalogueStore, PostgresCatalogueStore>();
        services.AddSingleton<PostgresRoomLog>();
        services.AddSealedRoomLog<PostgresRoomLog>();
        services.AddSingleton<IPersonalKeyStore, PostgresPersonalKeyStore>();
        services.AddSingleton<IBooks, PostgresBooks>();
        services.AddSingleton<IModelStore>(provider => new PostgresModelStore(
            provider.GetRequiredService<PostgresDatabase>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHostedService<OpenAtStart>();
        return services;
    }

    /// <summary>Lets grains keep state (the storage named "Default") and reminders there too.</summary>
    public static IServiceCollection AddPostgresGrainStorage(this IServiceCollection services)
    {
        services.AddKeyedSingleton<IGrainStorage>(
            StorageRegistration.DefaultGrainStorage,
            (provider, _) => new PostgresGrainStorage(provider.GetRequiredService<PostgresDatabase>()));
        services.AddSingleton<IReminderTable, PostgresReminderTable>();
        return services;
    }

    /// <summary>Being constructed is its work: the host builds hosted services before it starts any.</summary>
    private sealed class OpenAtStart(PostgresDatabase database) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => database.CheckAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
