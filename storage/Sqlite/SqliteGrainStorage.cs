using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Grain state as JSON, one row per state name and grain. The ETag is a version that only grows, also over a clear, so
/// that an activation that slept through one cannot overwrite what came after.
/// </summary>
public sealed class SqliteGrainStorage(SqliteDatabase database) : IGrainStorage
{
    private const string Find =
        "SELECT version, payload FROM grain_state WHERE state_name = ?1 AND grain_type = ?2 AND grain_key = ?3";

    private readonly JsonSerializerOptions _json = database.Options.StateJson;

    /// <inheritdoc/>
    /// <exception cref="StorageException">The stored JSON does not fit the state's type; names state and
    /// grain.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (version, payload) = await database.Readers
            .ReadAsync(Read, new StateKey(stateName, grainId), CancellationToken.None).ConfigureAwait(false);

        grainState.ETag = version is { } stored ? Tag(stored) : null;
        grainState.RecordExists = payload is not null;
        grainState.State = payload is null
            ? Activator.CreateInstance<T>()
            : Deserialize<T>(stateName, grainId, payload);
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation wrote since; carries both ETags.</exception>
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was stored.</exception>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(grainState.State, _json);
        grainState.ETag = await StoreAsync(stateName, grainId, grainState.ETag, payload).ConfigureAwait(false);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation wrote since; carries both ETags.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
            grainState.ETag = await StoreAsync(stateName, grainId, grainState.ETag, null).ConfigureAwait(false);
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private async Task<string> StoreAsync(string stateName, GrainId grainId, string? eTag, byte[]? payload)
    {
        var key = new StateKey(stateName, grainId);
        var now = database.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var write = new StateWrite(key, Version(eTag, stateName, grainId), payload, now);
        var (stored, version) = await database.Writer.WriteAsync(write).ConfigureAwait(false);
        if (stored) return Tag(version);

        var current = version == 0 ? "none" : Tag(version);
        throw new InconsistentStateException(
            $"State '{stateName}' of grain '{grainId}' was written by another activation: stored version {current}, "
            + $"this one has {eTag ?? "none"}. Read it again before writing.", current, eTag ?? "none");
    }

    private static (long? Version, byte[]? Payload) Read(SqliteSession session, StateKey key)
    {
        var rows = key.Bind(session.Prepare(Find))
            .Rows(row => (Version: (long?)row.Int64(0), Payload: row.IsNull(1) ? null : row.Blob(1).ToArray()));
        return rows.Count == 0 ? (null, null) : rows[0];
    }

    private T Deserialize<T>(string stateName, GrainId grainId, byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, _json)
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

    private static long? Version(string? eTag, string stateName, GrainId grainId)
    {
        if (eTag is null) return null;
        return long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ArgumentException(
                $"State '{stateName}' of grain '{grainId}' carries the ETag '{eTag}'; expected a version number.");
    }
}
