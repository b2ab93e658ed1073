using Engage.Contracts;

namespace Engage.Storage;

/// <summary>
/// A model as it is kept: what it includes (JSON, UTF-8) and its weights, in the format of their writer.
/// </summary>
public sealed record StoredModel(byte[] Marks, byte[] Weights);

/// <summary>Keeps the newest version of each model; marks and weights are replaced together or not at all.</summary>
public interface IModelStore
{
    /// <returns>Null if no model of this name was ever stored.</returns>
    ValueTask<StoredModel?> LoadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Completes when the model is durable.</summary>
    /// <exception cref="BusyException">The write queue is full; the earlier version stands.</exception>
    ValueTask StoreAsync(string name, StoredModel model, CancellationToken cancellationToken);
}
