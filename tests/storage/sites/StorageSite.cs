using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

/// <summary>A place for one test's storage: a real database, empty at first, gone after the test.</summary>
internal abstract class StorageSite(string kind, string locationName) : IDisposable
{
    private readonly List<OpenStorage> _open = [];

    private readonly string _keys = Directory.CreateTempSubdirectory("engage-keys-").FullName;

    /// <summary>The folder or connection string.</summary>
    public abstract string Location { get; }

    /// <summary>Where the ring of keys lies.</summary>
    public string KeyFolder => _keys;

    /// <summary>What an error text has to name, so that its reader knows which storage is meant.</summary>
    public abstract string Place { get; }

    /// <summary>How many grain states have a row.</summary>
    public abstract long StateRows { get; }

    /// <summary>Opens the storage as a host would: through its registration.</summary>
    public OpenStorage Open(Action<StorageOptions>? configure = null, IMeterFactory? meters = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (meters is not null) services.AddSingleton(meters);
        Register(services, configure);
        var storage = new OpenStorage(services.BuildServiceProvider());
        lock (_open) _open.Add(storage);
        return storage;
    }

    public IServiceCollection Register(IServiceCollection services, Action<StorageOptions>? configure = null)
    {
        var section = Section(configure);
        return services.AddEngageStorage(section).AddEngageGrainStorage(section);
    }

    /// <summary>A process of its own that appends here until it is killed.</summary>
    public System.Diagnostics.Process StartAppender(int workers) => AppenderProcess.Start(kind, Location, KeyFolder, workers);

    /// <inheritdoc cref="AppenderProcess.StartRooms"/>
    public System.Diagnostics.Process StartRoomAppender(int entries) =>
        AppenderProcess.StartRooms(kind, Location, KeyFolder, entries);

    /// <inheritdoc cref="AppenderProcess.StartBooks"/>
    public System.Diagnostics.Process StartBookAppender(int workers) =>
        AppenderProcess.StartBooks(kind, Location, workers);

    /// <summary>What verifies the books from outside needs to find them.</summary>
    public StorageOptions Options() => new() { Kind = kind, Path = Location, ConnectionString = Location };

    /// <summary>One number, as another program sees it.</summary>
    public abstract long Query(string sql);

    /// <summary>What another program would do.</summary>
    public abstract void Execute(string sql);

    /// <summary>Another program's connection; the caller closes it.</summary>
    public abstract DbConnection Connect();

    /// <summary>
    /// Makes the disk stand still: whoever writes waits for a lock that another connection holds, so that what is sent
    /// meanwhile gathers in the queue. Reading goes on. Dispose within five seconds.
    /// </summary>
    public abstract Stall StallWriter(OpenStorage storage);

    public virtual void Dispose()
    {
        foreach (var storage in _open) storage.Dispose();
        Directory.Delete(_keys, recursive: true);
    }

    /// <summary>The options that a test changed, as they would stand in a settings file.</summary>
    private IConfiguration Section(Action<StorageOptions>? configure)
    {
        var options = new StorageOptions();
        configure?.Invoke(options);
        var settings = typeof(StorageOptions).GetProperties()
            .Where(option => option.PropertyType == typeof(int) || option.PropertyType == typeof(TimeSpan))
            .ToDictionary(option => option.Name, option => option.GetValue(options)?.ToString());
        settings["Kind"] = kind;
        settings[locationName] = Location;
        settings["KeyFolder"] = KeyFolder;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}

/// <summary>A disk that stands still until this is disposed.</summary>
internal abstract class Stall : IDisposable
{
    /// <summary>Sends a write and returns when the writer is busy with it, or with one before it.</summary>
    public abstract Task<T> Occupy<T>(Func<Task<T>> write);

    public abstract void Dispose();
}
