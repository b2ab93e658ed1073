using Orleans;

namespace Engage.Storage;

/// <summary>
/// The database could not do what was asked: full or failing disk, damaged file, folder in use, wrong version. A write
/// that ends so was not acknowledged; sending it again with the same event ids is harmless.
/// </summary>
[GenerateSerializer, Alias("engage.storage-exception")]
public sealed class StorageException(string message, Exception? inner = null) : IOException(message, inner);
