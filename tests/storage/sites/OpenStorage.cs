using Engage.Contracts;
using Engage.Contracts.Activity;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>Everything that stands on one open database.</summary>
internal sealed record OpenStorage : IDisposable
{
    /// <summary>The database's own object; disposing it closes all.</summary>
    public required IDisposable Database { get; init; }

    public required IStorageProbe Probe { get; init; }
    public required IActivityJournal Journal { get; init; }
    public required IGrainStorage States { get; init; }
    public required ICatalogueStore Catalogue { get; init; }
    public required IModelStore Models { get; init; }

    /// <summary>One user's events above an offset, at most so many.</summary>
    public required Func<UserId, long, int, ValueTask<JournaledEvent[]>> ReadUserAsync { get; init; }

    public void Dispose() => Database.Dispose();
}
