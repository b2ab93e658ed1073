using Engage.Contracts;

namespace Engage.Storage;

/// <summary>
/// A model as it is kept: what it includes (JSON, UTF-8) and its weights, in the format of their writer.
/// </summary>
/// <param name="Weights">Perhaps part of a longer array, which its owner writes over later: a store neither writes nor
/// keeps it.</param>
public sealed record StoredModel(byte[] Marks, ArraySegment<byte> Weights)
{
    /// <summary>
    /// Grows with every store of the model and is never reused. Loaded: which version this is. To be stored: the
    /// version it goes on from, 0 if none was stored before.
    /// </summary>
    public long Version { get; init; }
}

/// <summary>
/// Keeps the newest version of each model; marks and weights are replaced together or not at all. Any number of
/// processes may load; of several that store, only one can go on from a version.
/// </summary>
public interface IModelStore
{
    /// <param name="newerThan">The version the caller has, 0 for none: asking again and again is cheap.</param>
    /// <returns>Null if no newer version of this model is stored.</returns>
    ValueTask<StoredModel?> LoadAsync(string name, long newerThan, CancellationToken cancellationToken);

    /// <summary>Completes when the model is durable.</summary>
    /// <returns>Its version: the one to go on from.</returns>
    /// <exception cref="Orleans.Storage.InconsistentStateException">
    /// Another writer has stored since <see cref="StoredModel.Version"/>; its version stands.
    /// </exception>
    /// <exception cref="BusyException">The write queue is full; the earlier version stands.</exception>
    ValueTask<long> StoreAsync(string name, StoredModel model, CancellationToken cancellationToken);
}
