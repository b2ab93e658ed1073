using System.Globalization;
using Orleans;
using Orleans.Storage;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IModelStore"/>
/// <remarks>
/// In the database, so that one backup has it all and a commit covers marks and weights together. The version is the
/// time of storing, pushed forward where the clock does not grow.
/// </remarks>
public sealed class PostgresModelStore(PostgresDatabase database, TimeProvider time) : IModelStore
{
    private const string Find = "SELECT marks, weights, stored_at FROM model WHERE name = $1 AND stored_at > $2";
    private const string FindVersion = "SELECT stored_at FROM model WHERE name = $1";
    private const string Replace = """
        INSERT INTO model (name, stored_at, marks, weights) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE
            SET stored_at = greatest(excluded.stored_at, model.stored_at + 1),
                marks = excluded.marks, weights = excluded.weights
            WHERE model.stored_at = $5
        RETURNING stored_at
        """;

    /// <inheritdoc/>
    public async ValueTask<StoredModel?> LoadAsync(string name, long newerThan, CancellationToken cancellationToken)
    {
        PostgresText.Check(name, "The model's name");
        var rows = await database.ReadAsync(
            Find,
            (Name: name, NewerThan: newerThan),
            static (parameters, wanted) => parameters.Text(wanted.Name).Long(wanted.NewerThan),
            static (row, _) => new StoredModel((byte[])row[0], (byte[])row[1]) { Version = row.GetInt64(2) },
            cancellationToken).ConfigureAwait(false);
        return rows is [var model] ? model : null;
    }

    /// <inheritdoc/>
    /// <exception cref="StorageException">The database refused, and the earlier version stands; or the connection broke
    /// before the answer, and it may be either.</exception>
    public async ValueTask<long> StoreAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        PostgresText.Check(name, "The model's name");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var version = await database.WriteAsync(new StateWrite<long>(
            (StateKind.Model, StableHash.ComputeHash(name)),
            Replace,
            parameters => parameters.Text(name).Long(now).Bytes(model.Marks).Bytes(model.Weights).Long(model.Version),
            static row => row?.GetInt64(0) ?? 0,
            CancellationToken.None)).ConfigureAwait(false);
        if (version > 0) return version;

        var stored = await VersionAsync(name, cancellationToken).ConfigureAwait(false);
        throw new InconsistentStateException(
            $"Model '{name}' was stored by another writer: stored version {stored}, this one goes on from "
            + $"{model.Version}. Load it again before storing.", Tag(stored), Tag(model.Version));
    }

    private async Task<long> VersionAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            FindVersion,
            name,
            static (parameters, of) => parameters.Text(of),
            static (row, _) => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return rows is [var version] ? version : 0;
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
