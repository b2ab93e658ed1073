using System.Globalization;
using Orleans.Storage;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IModelStore"/>
/// <remarks>
/// In the database and not in a file of its own, so that one copy of the database is a whole backup. Weights are
/// written in pieces, over as many commits, and one more commit makes them the model's, together with its marks. The
/// version is the time of storing, pushed forward where the clock does not grow.
/// </remarks>
public sealed class SqliteModelStore(SqliteDatabase database, TimeProvider time) : IModelStore
{
    private const string Find =
        "SELECT marks, weights, stored_at, upload FROM model WHERE name = ?1 AND stored_at > ?2";

    private const string FindVersion = "SELECT stored_at FROM model WHERE name = ?1";
    private const string Replace = """
        INSERT INTO model (name, stored_at, marks, weights, upload) VALUES (?1, ?2, ?3, x'', ?4)
        ON CONFLICT (name) DO UPDATE
            SET stored_at = max(excluded.stored_at, stored_at + 1),
                marks = excluded.marks, weights = excluded.weights, upload = excluded.upload
            WHERE stored_at = ?5
        RETURNING stored_at
        """;

    /// <inheritdoc/>
    public ValueTask<StoredModel?> LoadAsync(string name, long newerThan, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(Load, (name, newerThan), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StorageException">The database refused; the earlier version stands.</exception>
    public async ValueTask<long> StoreAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        // One upload at a time: what no model names is then known to be waste.
        await database.ModelUpload.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await UploadAsync(name, model, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            database.ModelUpload.Release();
        }
    }

    private async Task<long> UploadAsync(string name, StoredModel model, CancellationToken cancellationToken)
    {
        while (await WriteAsync(ModelPieces.SweepSome, cancellationToken).ConfigureAwait(false)) { }
        var upload = await WriteAsync(ModelPieces.Begin, cancellationToken).ConfigureAwait(false);
        for (var number = 0; number * ModelPieces.Bytes < model.Weights.Count; number++)
        {
            var next = number;
            await WriteAsync(session => ModelPieces.Store(session, upload, next, model.Weights), cancellationToken)
                .ConfigureAwait(false);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (stored, version) = await WriteAsync(
            session => Store(session, name, now, model, upload), cancellationToken).ConfigureAwait(false);
        return stored
            ? version
            : throw new InconsistentStateException(
                $"Model '{name}' was stored by another writer: stored version {version}, this one goes on from "
                + $"{model.Version}. Load it again before storing.",
                Tag(version), Tag(model.Version));
    }

    private Task<TResult> WriteAsync<TResult>(
        Func<SqliteSession, TResult> write, CancellationToken cancellationToken) =>
        database.Writer.WriteAsync(new DelegateWrite<TResult>(WriteLane.State, write, cancellationToken));

    private static StoredModel? Load(SqliteSession session, (string Name, long NewerThan) wanted)
    {
        // Of one moment: between two statements another version may take the place of this one.
        session.BeginRead();
        try
        {
            return session.Prepare(Find).Bind(1, wanted.Name).Bind(2, wanted.NewerThan).Rows(row => new StoredModel(
                row.Blob(0).ToArray(),
                row.Int64(3) == 0 ? row.Blob(1).ToArray() : ModelPieces.Load(session, row.Int64(3)))
            {
                Version = row.Int64(2),
            }) is [var model] ? model : null;
        }
        finally
        {
            session.RollBack();
        }
    }

    /// <summary>A conflict is a result, so that it harms nobody else in the group.</summary>
    private static (bool Stored, long Version) Store(
        SqliteSession session, string name, long now, StoredModel model, long upload)
    {
        var version = session.Prepare(Replace)
            .Bind(1, name).Bind(2, now).Bind(3, model.Marks.AsSpan()).Bind(4, upload).Bind(5, model.Version)
            .Scalar();
        return version is { } stored
            ? (true, stored)
            : (false, session.Prepare(FindVersion).Bind(1, name).Scalar() ?? 0);
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);
}
