namespace Engage.Storage;

/// <summary>Tells whether the storage takes writes right now: what <c>/readyz</c> asks.</summary>
public interface IStorageProbe
{
    /// <summary>
    /// Completes when a trivial write became durable, behind whatever waits for the disk at the moment.
    /// </summary>
    /// <exception cref="Contracts.BusyException">The queue is full.</exception>
    /// <exception cref="StorageException">The database refuses writes; the text says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
