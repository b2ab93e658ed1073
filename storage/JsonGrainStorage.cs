using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage;

/// <summary>
/// Grain state as JSON. The ETag is a version that only grows, also over a clear, so that an activation that slept
/// through one cannot overwrite what came after.
/// </summary>
/// <param name="json">How states are written.</param>
/// <param name="versionMax">The highest that the database keeps.</param>
public abstract class JsonGrainStorage(JsonSerializerOptions json, long versionMax) : IGrainStorage
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The grain's key or the state's name cannot be stored.</exception>
    /// <exception cref="StorageException">The stored JSON does not fit the state's type; names state and
    /// grain.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (version, payload) = await FindAsync(stateName, grainId).ConfigureAwait(false);

        grainState.ETag = version is { } stored ? Tag(stored) : null;
        grainState.RecordExists = payload is not null;
        grainState.State = payload is null
            ? Activator.CreateInstance<T>()
            : Deserialize<T>(stateName, grainId, payload);
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation wrote since; carries both ETags.</exception>
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was stored.</exception>
    /// <exception cref="StorageException">The database refused, or the connection to its server broke before the
    /// answer: then the state may have been stored. Read it again before writing.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        using var payload = StatePayload.Of(grainState.State, json);
        var known = Version(grainState.ETag, stateName, grainId);
        var stored = await StoreAsync(stateName, grainId, known, payload.Bytes).ConfigureAwait(false);
        grainState.ETag = Accept(stored, stateName, grainId, grainState.ETag);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation wrote since; carries both ETags.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Version(grainState.ETag, stateName, grainId) is { } known)
        {
            var stored = await StoreAsync(stateName, grainId, known, null).ConfigureAwait(false);
            grainState.ETag = Accept(stored, stateName, grainId, grainState.ETag);
        }
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    /// <returns>Nulls if it was never stored; no payload if it was cleared.</returns>
    private protected abstract Task<(long? Version, byte[]? Payload)> FindAsync(string stateName, GrainId grainId);

    /// <param name="stateName">Its name.</param>
    /// <param name="grainId">Its grain.</param>
    /// <param name="known">What it must be stored with now; null: not at all.</param>
    /// <param name="payload">Null clears it. Somebody else's once the task has completed.</param>
    /// <returns>Whether it was stored, and the version it has now; 0: none.</returns>
    private protected abstract Task<(bool Stored, long Version)> StoreAsync(
        string stateName, GrainId grainId, long? known, ReadOnlyMemory<byte>? payload);

    /// <returns>The new ETag.</returns>
    private static string Accept(
        (bool Stored, long Version) write, string stateName, GrainId grainId, string? eTag)
    {
        if (write.Stored) return Tag(write.Version);

        var current = write.Version == 0 ? "none" : Tag(write.Version);
        throw new InconsistentStateException(
            $"State '{stateName}' of grain '{grainId}' was written by another activation: stored version {current}, "
            + $"this one has {eTag ?? "none"}. Read it again before writing.", current, eTag ?? "none");
    }

    private T Deserialize<T>(string stateName, GrainId grainId, byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, json)
                ?? throw new JsonException("expected an object, found null");
        }
        catch (JsonException error)
        {
            throw new StorageException(
                $"State '{stateName}' of grain '{grainId}' ({payload.Length} bytes) does not read as {typeof(T)}: "
                + $"{error.Message} Keep the type able to read what it once wrote, or migrate the rows.", error);
        }
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private long? Version(string? eTag, string stateName, GrainId grainId)
    {
        if (eTag is null) return null;
        return long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && version <= versionMax
            ? version
            : throw new ArgumentException(
                $"State '{stateName}' of grain '{grainId}' carries the ETag '{eTag}'; expected a version number.");
    }
}
