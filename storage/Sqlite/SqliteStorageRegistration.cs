using System.Diagnostics.Metrics;
using Engage.Storage.Books;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Engage.Storage.Sqlite;

/// <summary>Puts SQLite under a host.</summary>
public static class SqliteStorageRegistration
{
    /// <summary>
    /// Registers journal, room log, books, catalogue, model store, reminders and the probe on one database. Call it
    /// before the engine's registration: the database then opens before the first actor starts, and a folder that
    /// cannot be opened stops the host at once. The container disposes it after everything that was built upon it.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(
        this IServiceCollection services, Action<StorageOptions> configure)
    {
        var options = new StorageOptions();
        configure(options);
        options.Validate();

        services.AddSingleton(provider => SqliteDatabase.Open(
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<IMeterFactory>(),
            provider.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<IStorageProbe>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IActivityJournal, SqliteActivityJournal>();
        services.AddSingleton<ICatalogueStore, SqliteCatalogueStore>();
        services.AddSingleton<SqliteRoomLog>();
        services.AddSealedRoomLog<SqliteRoomLog>();
        services.AddSingleton<IBooks, SqliteBooks>();
        services.AddSingleton<IModelStore>(provider => new SqliteModelStore(
            provider.GetRequiredService<SqliteDatabase>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IReminderTable, SqliteReminderTable>();
        services.AddSingleton<IPersonalKeyStore, SqlitePersonalKeyStore>();
        services.AddHostedService<OpenAtStart>();
        return services;
    }

    /// <summary>Lets grains keep their state there too: the storage named "Default".</summary>
    public static IServiceCollection AddSqliteGrainStorage(this IServiceCollection services)
    {
        services.AddKeyedSingleton<IGrainStorage>(
            StorageRegistration.DefaultGrainStorage,
            (provider, _) => new SqliteGrainStorage(provider.GetRequiredService<SqliteDatabase>()));
        return services;
    }

    /// <summary>Being constructed is its work: the host builds hosted services before it starts any.</summary>
    private sealed class OpenAtStart(SqliteDatabase database) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => database.CheckAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
