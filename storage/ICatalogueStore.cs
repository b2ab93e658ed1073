using Engage.Contracts;

namespace Engage.Storage;

/// <summary>The kinds of definition a catalogue holds. The numbers are stored; never renumber.</summary>
public enum CatalogueKind
{
    Community = 1,
    Creator = 2,
    Content = 3,
    Room = 4,
}

/// <summary>A definition and the revision at which it was last written.</summary>
/// <param name="Revision">Grows with every write to the catalogue, over all kinds; never reused.</param>
/// <param name="Creator">Of a content or room, otherwise null. Indexed.</param>
/// <param name="Community">Of a content or room, otherwise null. Indexed.</param>
/// <param name="Body">The definition as JSON (UTF-8).</param>
public sealed record CatalogueEntry(
    CatalogueKind Kind, string Id, long Revision, string? Creator, string? Community, ReadOnlyMemory<byte> Body);

/// <summary>
/// What can be taken, by whom and where: definitions keyed by kind and id, ordered by revision, so that a reader that
/// knows the last revision it saw can follow the changes.
/// </summary>
public interface ICatalogueStore
{
    /// <summary>Stores a new definition; completes when it is durable.</summary>
    /// <returns>The entry, and false when one with this kind and id is already there (it is returned
    /// unchanged).</returns>
    /// <exception cref="BusyException">The queue is full; nothing was stored.</exception>
    ValueTask<(CatalogueEntry Entry, bool Added)> AddAsync(CatalogueEntry entry, CancellationToken cancellationToken);

    ValueTask<CatalogueEntry?> FindAsync(CatalogueKind kind, string id, CancellationToken cancellationToken);

    /// <summary>Entries above a revision in order of revision; null filters match all.</summary>
    ValueTask<IReadOnlyList<CatalogueEntry>> ListAsync(CatalogueQuery query, CancellationToken cancellationToken);
}

public sealed record CatalogueQuery(
    CatalogueKind? Kind, long AfterRevision, int Limit, string? Creator = null, string? Community = null);
