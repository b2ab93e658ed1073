using System.Text;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="ICatalogueStore"/>
public sealed class SqliteCatalogueStore(SqliteDatabase database) : ICatalogueStore
{
    private const string Columns = "SELECT kind, id, revision, creator, community, body FROM catalogue_entry";
    private const string FindOne = Columns + " WHERE kind = ?1 AND id = ?2";
    private const string NextRevision =
        "UPDATE storage_counter SET value = value + 1 WHERE name = 'catalogue_revision' RETURNING value";
    private const string Insert = """
        INSERT INTO catalogue_entry (kind, id, revision, creator, community, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    /// <inheritdoc/>
    /// <exception cref="StorageException">The database refused; nothing was acknowledged.</exception>
    public async ValueTask<(CatalogueEntry Entry, bool Added)> AddAsync(
        CatalogueEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new DelegateWrite<(CatalogueEntry, bool)>(
            WriteLane.Append, session => Add(session, entry), cancellationToken);
        return await database.Writer.WriteAsync(write).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<CatalogueEntry?> FindAsync(CatalogueKind kind, string id, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(Find, (kind, id), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogueEntry>> ListAsync(CatalogueQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.Limit);
        return database.Readers.ReadAsync(List, query, cancellationToken);
    }

    private static (CatalogueEntry, bool) Add(SqliteSession session, CatalogueEntry entry)
    {
        if (Find(session, (entry.Kind, entry.Id)) is { } present) return (present, false);

        var revision = session.Prepare(NextRevision).Scalar()!.Value;
        session.Prepare(Insert)
            .Bind(1, (long)entry.Kind).Bind(2, entry.Id).Bind(3, revision)
            .Bind(4, entry.Creator).Bind(5, entry.Community).Bind(6, entry.Body.Span)
            .Run();
        return (entry with { Revision = revision }, true);
    }

    private static CatalogueEntry? Find(SqliteSession session, (CatalogueKind Kind, string Id) key) =>
        session.Prepare(FindOne).Bind(1, (long)key.Kind).Bind(2, key.Id).Rows(ToEntry) is [var entry] ? entry : null;

    /// <summary>
    /// Only the filters that are set become SQL (eight texts at most, each prepared once), so that each finds its
    /// index.
    /// </summary>
    private static IReadOnlyList<CatalogueEntry> List(SqliteSession session, CatalogueQuery query)
    {
        var sql = new StringBuilder(Columns).Append(" WHERE revision > ?1");
        if (query.Kind is not null) sql.Append(" AND kind = ?3");
        if (query.Creator is not null) sql.Append(" AND creator = ?4");
        if (query.Community is not null) sql.Append(" AND community = ?5");
        var statement = session.Prepare(sql.Append(" ORDER BY revision LIMIT ?2").ToString());

        statement.Bind(1, query.AfterRevision).Bind(2, query.Limit);
        if (query.Kind is { } kind) statement.Bind(3, (long)kind);
        if (query.Creator is not null) statement.Bind(4, query.Creator);
        if (query.Community is not null) statement.Bind(5, query.Community);
        return statement.Rows(ToEntry);
    }

    private static CatalogueEntry ToEntry(SqliteStatement row) => new(
        (CatalogueKind)row.Int64(0), row.Text(1), row.Int64(2), row.TextOrNull(3), row.TextOrNull(4),
        row.Blob(5).ToArray());
}
