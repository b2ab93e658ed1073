using Orleans.Runtime;

namespace Engage.Storage.Sqlite;

/// <summary>One row per state name and grain.</summary>
public sealed class SqliteGrainStorage(SqliteDatabase database)
    : JsonGrainStorage(database.Options.StateJson, long.MaxValue)
{
    private const string Find =
        "SELECT version, payload FROM grain_state WHERE state_name = ?1 AND grain_type = ?2 AND grain_key = ?3";

    private protected override async Task<(long? Version, byte[]? Payload)> FindAsync(
        string stateName, GrainId grainId) =>
        await database.Readers.ReadAsync(Read, new StateKey(stateName, grainId), CancellationToken.None)
            .ConfigureAwait(false);

    private protected override Task<(bool Stored, long Version)> StoreAsync(
        string stateName, GrainId grainId, long? known, ReadOnlyMemory<byte>? payload)
    {
        var now = database.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.Writer.WriteAsync(new StateWrite(new StateKey(stateName, grainId), known, payload, now));
    }

    private static (long? Version, byte[]? Payload) Read(SqliteSession session, StateKey key)
    {
        var rows = key.Bind(session.Prepare(Find))
            .Rows(row => (Version: (long?)row.Int64(0), Payload: row.IsNull(1) ? null : row.Blob(1).ToArray()));
        return rows.Count == 0 ? (null, null) : rows[0];
    }
}
