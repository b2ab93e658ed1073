using Orleans;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IModelStore"/>
/// <remarks>In the database, so that one backup has it all and a commit covers marks and weights together.</remarks>
public sealed class PostgresModelStore(PostgresDatabase database, TimeProvider time) : IModelStore
{
    private const string Find = "SELECT marks, weights FROM model WHERE name = $1";
    private const string Replace = """
        INSERT INTO model (name, stored_at, marks, weights) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE
            SET stored_at = excluded.stored_at, marks = excluded.marks, weights = excluded.weights
        RETURNING 1
        """;

    /// <inheritdoc/>
    public async ValueTask<StoredModel?> LoadAsync(string name, CancellationToken cancellationToken)
    {
        PostgresText.Check(name, "The model's name");
        var rows = await database.ReadAsync(
            Find,
            name,
            static (parameters, of) => parameters.Text(of),
            static (row, _) => new StoredModel((byte[])row[0], (byte[])row[1]),
            cancellationToken).ConfigureAwait(false);
        return rows is [var model] ? model : null;
    }

    /// <inheritdoc/>
    /// <exception cref="StorageException">The database refused, and the earlier version stands; or the connection broke
    /// before the answer, and it may be either.</exception>
    public async ValueTask StoreAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        PostgresText.Check(name, "The model's name");
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await database.WriteAsync(new StateWrite<bool>(
            (StateKind.Model, StableHash.ComputeHash(name)),
            Replace,
            parameters => parameters.Text(name).Long(now).Bytes(model.Marks).Bytes(model.Weights),
            static row => row is not null,
            CancellationToken.None)).ConfigureAwait(false);
    }
}
