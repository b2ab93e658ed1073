namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IModelStore"/>
/// <remarks>
/// In the database and not in a file of its own, so that one copy of the database is a whole backup and a commit covers
/// marks and weights together.
/// </remarks>
public sealed class SqliteModelStore(SqliteDatabase database, TimeProvider time) : IModelStore
{
    private const string Find = "SELECT marks, weights FROM model WHERE name = ?1";
    private const string Replace = """
        INSERT INTO model (name, stored_at, marks, weights) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE
            SET stored_at = excluded.stored_at, marks = excluded.marks, weights = excluded.weights
        """;

    /// <inheritdoc/>
    public ValueTask<StoredModel?> LoadAsync(string name, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(Load, name, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StorageException">The database refused; the earlier version stands.</exception>
    public async ValueTask StoreAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var write = new DelegateWrite<bool>(
            WriteLane.State, session => Store(session, name, now, model), cancellationToken);
        await database.Writer.WriteAsync(write).ConfigureAwait(false);
    }

    private static StoredModel? Load(SqliteSession session, string name) =>
        session.Prepare(Find).Bind(1, name).Rows(row => new StoredModel(row.Blob(0).ToArray(), row.Blob(1).ToArray()))
            is [var model] ? model : null;

    private static bool Store(SqliteSession session, string name, long now, StoredModel model)
    {
        session.Prepare(Replace)
            .Bind(1, name).Bind(2, now).Bind(3, model.Marks.AsSpan()).Bind(4, model.Weights.AsSpan())
            .Run();
        return true;
    }
}
