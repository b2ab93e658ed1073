using Npgsql;
using Orleans.Runtime;

namespace Engage.Storage.Postgres;

/// <summary>In the rows of Orleans' relational grain storage, named as it names them.</summary>
public sealed class PostgresGrainStorage(PostgresDatabase database)
    : JsonGrainStorage(database.Options.StateJson, int.MaxValue)
{
    private const string Find = "SELECT Version, PayloadBinary FROM orleans_state_read($1, $2, $3, $4, $5, $6, $7)";
    private const string Store = "SELECT orleans_state_write($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private const int NameCharactersMax = 512;

    private readonly string _serviceId = database.Options.ServiceId;

    private protected override async Task<(long? Version, byte[]? Payload)> FindAsync(
        string stateName, GrainId grainId) => await FindAsync(Key(stateName, grainId)).ConfigureAwait(false);

    private protected override async Task<(bool Stored, long Version)> StoreAsync(
        string stateName, GrainId grainId, long? known, ReadOnlyMemory<byte>? payload)
    {
        var key = Key(stateName, grainId);
        // A connection that broke may still hold what it was to send.
        var bytes = payload?.ToArray();
        var write = new StateWrite<int?>(
            (StateKind.GrainState, ((long)key.IdHash << 32) | (uint)key.TypeHash),
            Store,
            parameters => Bind(parameters, key).IntOrNull((int?)known).Bytes(bytes),
            static row => row is null || row.IsDBNull(0) ? null : row.GetInt32(0),
            CancellationToken.None);
        if (await database.WriteAsync(write).ConfigureAwait(false) is { } version) return (true, version);

        return (false, (await FindAsync(key).ConfigureAwait(false)).Version ?? 0);
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
}
