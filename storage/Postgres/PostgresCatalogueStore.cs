using System.Text;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="ICatalogueStore"/>
public sealed class PostgresCatalogueStore(PostgresDatabase database) : ICatalogueStore
{
    private const string Columns = "SELECT kind, id, revision, creator, community, body FROM catalogue_entry";
    private const string FindOne = Columns + " WHERE kind = $1 AND id = $2";
    private const string AddOne = """
        SELECT kind, id, revision, creator, community, body, added FROM catalogue_add($1, $2, $3, $4, $5)
        """;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An id cannot be stored as text.</exception>
    /// <exception cref="StorageException">The database refused, or the connection broke before the answer; adding again
    /// is harmless.</exception>
    public async ValueTask<(CatalogueEntry Entry, bool Added)> AddAsync(
        CatalogueEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PostgresText.Check(entry.Id, "The id");
        if (entry.Creator is { } creator) PostgresText.Check(creator, $"The creator of '{entry.Id}'");
        if (entry.Community is { } community) PostgresText.Check(community, $"The community of '{entry.Id}'");

        return await database.WriteAsync(new StateWrite<(CatalogueEntry, bool)>(
            (StateKind.Catalogue, 0),
            AddOne,
            parameters => parameters.Short((short)entry.Kind).Text(entry.Id).Text(entry.Creator).Text(entry.Community)
                .Bytes(entry.Body),
            static row => (ToEntry(row!), row!.GetBoolean(6)),
            cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<CatalogueEntry?> FindAsync(
        CatalogueKind kind, string id, CancellationToken cancellationToken)
    {
        PostgresText.Check(id, "The id");
        var rows = await database.ReadAsync(
            FindOne,
            (kind, id),
            static (parameters, of) => parameters.Short((short)of.kind).Text(of.id),
            static (row, _) => ToEntry(row),
            cancellationToken).ConfigureAwait(false);
        return rows is [var entry] ? entry : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CatalogueEntry>> ListAsync(
        CatalogueQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.Limit);
        return await database.ReadAsync(
            Sql(query), query, static (parameters, of) => Bind(parameters, of), static (row, _) => ToEntry(row),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Only the filters that are set become SQL (eight texts at most, each prepared once), so that each finds its
    /// index.
    /// </summary>
    private static string Sql(CatalogueQuery query)
    {
        var next = 2;
        var sql = new StringBuilder(Columns).Append(" WHERE revision > $1");
        if (query.Kind is not null) sql.Append(" AND kind = $").Append(++next);
        if (query.Creator is not null) sql.Append(" AND creator = $").Append(++next);
        if (query.Community is not null) sql.Append(" AND community = $").Append(++next);
        return sql.Append(" ORDER BY revision LIMIT $2").ToString();
    }

    private static void Bind(NpgsqlParameterCollection parameters, CatalogueQuery query)
    {
        parameters.Long(query.AfterRevision).Int(query.Limit);
        if (query.Kind is { } kind) parameters.Short((short)kind);
        if (query.Creator is not null) parameters.Text(query.Creator);
        if (query.Community is not null) parameters.Text(query.Community);
    }

    private static CatalogueEntry ToEntry(NpgsqlDataReader row) => new(
        (CatalogueKind)row.GetInt16(0), row.GetString(1), row.GetInt64(2), TextOrNull(row, 3), TextOrNull(row, 4),
        (byte[])row[5]);

    private static string? TextOrNull(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
