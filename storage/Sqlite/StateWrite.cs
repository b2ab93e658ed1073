using Orleans.Runtime;

namespace Engage.Storage.Sqlite;

/// <summary>Names one state row.</summary>
internal readonly record struct StateKey(string StateName, GrainId Grain)
{
    public SqliteStatement Bind(SqliteStatement statement) => statement
        .Bind(1, StateName).Bind(2, Grain.Type.ToString()!).Bind(3, Grain.Key.ToString()!);
}

/// <summary>
/// Stores or clears (<paramref name="payload"/> null) one state, if its version still is <paramref name="version"/>
/// (null: if there is no row). A conflict is a result, so that it harms nobody else in the group.
/// </summary>
internal sealed class StateWrite(StateKey key, long? version, ReadOnlyMemory<byte>? payload, long nowMs)
    : WriteRequest<(bool Stored, long Version)>(WriteLane.State, 1, CancellationToken.None)
{
    private const string Insert = """
        INSERT INTO grain_state (state_name, grain_type, grain_key, version, modified_at, payload)
        VALUES (?1, ?2, ?3, 1, ?4, ?5) ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE grain_state SET version = version + 1, modified_at = ?4, payload = ?5
        WHERE state_name = ?1 AND grain_type = ?2 AND grain_key = ?3 AND version = ?6
        """;

    private const string FindVersion =
        "SELECT version FROM grain_state WHERE state_name = ?1 AND grain_type = ?2 AND grain_key = ?3";

    protected override (bool Stored, long Version) Write(SqliteSession session)
    {
        var statement = key.Bind(session.Prepare(version is null ? Insert : Update)).Bind(4, nowMs);
        statement = payload is { } bytes ? statement.Bind(5, bytes.Span) : statement.BindNull(5);
        if (version is { } known) statement.Bind(6, known);

        return statement.Run() == 1
            ? (true, (version ?? 0) + 1)
            : (false, key.Bind(session.Prepare(FindVersion)).Scalar() ?? 0);
    }
}
