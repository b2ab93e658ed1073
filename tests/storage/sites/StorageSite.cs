using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

/// <summary>A place for one test's storage: a real database, empty at first, gone after the test.</summary>
internal abstract class StorageSite : IDisposable
{
    private readonly List<OpenStorage> _open = [];

    /// <summary>What an error text has to name, so that its reader knows which storage is meant.</summary>
    public abstract string Place { get; }

    public StorageOptions Options(Action<StorageOptions>? configure = null)
    {
        var options = new StorageOptions();
        Locate(options);
        configure?.Invoke(options);
        return options;
    }

    public OpenStorage Open(Action<StorageOptions>? configure = null, IMeterFactory? meters = null)
    {
        var storage = Open(Options(configure), meters);
        _open.Add(storage);
        return storage;
    }

    /// <summary>Points the options to this place.</summary>
    public abstract void Locate(StorageOptions options);

    /// <summary>The arguments that point the appender process to this place.</summary>
    public abstract string[] AppenderArguments { get; }

    /// <summary>The database's own way under a host.</summary>
    public abstract void Register(IServiceCollection services, Action<StorageOptions>? configure = null);

    /// <summary>One number, as another program sees it.</summary>
    public abstract long Query(string sql);

    /// <summary>What another program would do.</summary>
    public abstract void Execute(string sql);

    /// <summary>
    /// Makes the disk stand still: the writer waits for a lock that another connection holds, so that whatever is sent
    /// meanwhile gathers in the queue. Reading goes on. Dispose within five seconds.
    /// </summary>
    public abstract IDisposable StallWriter(OpenStorage storage);

    public virtual void Dispose()
    {
        foreach (var storage in _open) storage.Dispose();
    }

    protected abstract OpenStorage Open(StorageOptions options, IMeterFactory? meters);
}
