using System.Globalization;
using System.Text.Json;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Storage.Postgres;

/// <summary>
/// Grain state as JSON in the rows of Orleans' relational grain storage, named as it names them. The ETag is a version
/// that only grows, also over a clear, so that an activation that slept through one cannot overwrite what came after.
/// </summary>
public sealed class PostgresGrainStorage(PostgresDatabase database) : IGrainStorage
{
    private const string Find = "SELECT Version, PayloadBinary FROM orleans_state_read($1, $2, $3, $4, $5, $6, $7)";
    private const string Store = "SELECT orleans_state_write($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private const int NameCharactersMax = 512;

    private readonly JsonSerializerOptions _json = database.Options.StateJson;
    private readonly string _serviceId = database.Options.ServiceId;

    /// <inheritdoc/>
    /// <exception cref="StorageException">The stored JSON does not fit the state's type; names state and
    /// grain.</exception>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (version, payload) = await FindAsync(Key(stateName, grainId)).ConfigureAwait(false);

        grainState.ETag = version is { } stored ? Tag(stored) : null;
        grainState.RecordExists = payload is not null;
        grainState.State = payload is null
            ? Activator.CreateInstance<T>()
            : Deserialize<T>(stateName, grainId, payload);
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Another activation wrote since; carries both ETags.</exception>
    /// <exception cref="Contracts.BusyException">The queue is full; nothing was stored.</exception>
    /// <exception cref="StorageException">The database refused, or the connection broke before the answer: the state
    /// may have been stored. Read it again before writing.</exception>
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
        var key = Key(stateName, grainId);
        var known = Version(eTag, stateName, grainId);
        var write = new StateWrite<int?>(
            (StateKind.GrainState, ((long)key.IdHash << 32) | (uint)key.TypeHash),
            Store,
            parameters => Bind(parameters, key).IntOrNull(known).Bytes(payload),
            static row => row is null || row.IsDBNull(0) ? null : row.GetInt32(0),
            CancellationToken.None);
        if (await database.WriteAsync(write).ConfigureAwait(false) is { } version) return Tag(version);

        var (stored, _) = await FindAsync(key).ConfigureAwait(false);
        var current = stored is { } found ? Tag(found) : "none";
        throw new InconsistentStateException(
            $"State '{stateName}' of grain '{grainId}' was written by another activation: stored version {current}, "
            + $"this one has {eTag ?? "none"}. Read it again before writing.", current, eTag ?? "none");
    }

    private async Task<(int? Version, byte[]? Payload)> FindAsync(OrleansGrainKey key)
    {
        var rows = await database.ReadAsync(
            Find,
            key,
            (parameters, of) => Bind(parameters, of),
            static (row, _) => (Version: (int?)row.GetInt32(0), Payload: row.IsDBNull(1) ? null : (byte[])row[1]),
            CancellationToken.None).ConfigureAwait(false);
        return rows.Length == 0 ? (null, null) : rows[0];
    }

    private NpgsqlParameterCollection Bind(NpgsqlParameterCollection parameters, OrleansGrainKey key) => parameters
        .Int(key.IdHash).Long(key.N0).Long(key.N1).Int(key.TypeHash).Text(key.TypeString).Text(key.Extension)
        .Text(_serviceId);

    /// <exception cref="ArgumentException">A name is longer than its column, or cannot be stored as text.</exception>
    private static OrleansGrainKey Key(string stateName, GrainId grainId)
    {
        PostgresText.Check(stateName, "The state's name");
        var key = OrleansGrainKey.Of(stateName, grainId);
        if (key.Extension is { } text) PostgresText.Check(text, $"The key of a grain of type {grainId.Type}");
        if (key.TypeString.Length > NameCharactersMax || key.Extension?.Length > NameCharactersMax)
            throw new ArgumentException(
                $"State '{stateName}' of grain '{grainId}': state name and key may have at most {NameCharactersMax} "
                + "characters each.");
        return key;
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

    private static string Tag(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static int? Version(string? eTag, string stateName, GrainId grainId)
    {
        if (eTag is null) return null;
        return int.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ArgumentException(
                $"State '{stateName}' of grain '{grainId}' carries the ETag '{eTag}'; expected a version number.");
    }
}
