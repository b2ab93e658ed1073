using Engage.Storage.Books;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <inheritdoc cref="IBooks"/>
/// <remarks>
/// Entries have a lane of their own and share its transactions. Several processes may write: whoever holds the lock of
/// the head writes its group, the others wait. One that is cancelled is withdrawn while it waits; one that is being
/// written runs to its end. When the connection breaks meanwhile, the group is written again, for
/// <see cref="StorageOptions.RetryMax"/> at most; an entry that the first try did commit is then <c>Repeated</c>.
/// </remarks>
public sealed class PostgresBooks(PostgresDatabase database) : IBooks
{
    private const string SelectDocument =
        "SELECT kind, id, version, number, body FROM book_document WHERE kind = $1 AND id = $2";

    private const string SelectUnder = """
        SELECT d.kind, d.id, d.version, d.number, d.body, k.place
        FROM book_key k JOIN book_document d ON d.kind = k.kind AND d.id = k.id
        """;

    private const string Oldest = SelectUnder + """
         WHERE k.key = $1 AND k.place > $2 ORDER BY k.place LIMIT $3
        """;

    private const string Newest = SelectUnder + """
         WHERE k.key = $1 AND k.place < $2 ORDER BY k.place DESC LIMIT $3
        """;

    private const string OldestOfKind = SelectUnder + """
         WHERE k.key = $1 AND k.kind = $4 AND k.place > $2 ORDER BY k.place LIMIT $3
        """;

    private const string NewestOfKind = SelectUnder + """
         WHERE k.key = $1 AND k.kind = $4 AND k.place < $2 ORDER BY k.place DESC LIMIT $3
        """;

    private const string SelectBalance = "SELECT balance FROM book_account WHERE account = $1 AND unit = $2";
    private const string SelectBalances = "SELECT unit, balance FROM book_account WHERE account = $1 ORDER BY unit";

    private const string SumUntil = """
        SELECT coalesce(sum(amount), 0)::bigint FROM book_posting WHERE account = $1 AND unit = $2 AND at_ms <= $3
        """;

    private const string SelectPostings = """
        SELECT p.seq, p.line, p.at_ms, e.key, e.kind, p.account, p.unit, p.amount
        FROM book_posting p JOIN book_entry e ON e.seq = p.seq
        """;

    private const string PostingsOfAll = SelectPostings + """
         WHERE (p.seq, p.line) > ($1, $2) ORDER BY p.seq, p.line LIMIT $3
        """;

    private const string PostingsOfOne = SelectPostings + """
         WHERE p.account = $4 AND (p.seq, p.line) > ($1, $2) ORDER BY p.seq, p.line LIMIT $3
        """;

    /// <inheritdoc/>
    public async ValueTask<BookOutcome> CommitAsync(BookEntry entry, CancellationToken cancellationToken)
    {
        BookEntryRules.Check(entry);
        cancellationToken.ThrowIfCancellationRequested();
        return await database.CommitAsync(new PostgresBookWrite(entry, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<BookDocument?> FindAsync(DocumentId id, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            SelectDocument, id, static (p, id) => p.Text(id.Kind).Text(id.Id), static (row, _) => ToDocument(row),
            cancellationToken).ConfigureAwait(false);
        return found is [var document] ? document : null;
    }

    /// <inheritdoc/>
    public async ValueTask<BookPage> ListAsync(BookQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = BookPages.Limit(query.Limit);
        var sql = (query.Newest, query.Kind) switch
        {
            (false, null) => Oldest,
            (true, null) => Newest,
            (false, _) => OldestOfKind,
            (true, _) => NewestOfKind,
        };
        var found = await database.ReadAsync(
            sql,
            // One more than asked for tells whether there is another page.
            (query, bound: BookPages.Bound(query), limit: limit + 1),
            static (p, of) =>
            {
                p.Text(of.query.Key).Long(of.bound).Int(of.limit);
                if (of.query.Kind is { } kind) p.Text(kind);
            },
            static (row, _) => (ToDocument(row), row.GetInt64(5)),
            cancellationToken).ConfigureAwait(false);
        return BookPages.Of(found, limit);
    }

    /// <inheritdoc/>
    public async ValueTask<long> BalanceAsync(
        string account, string unit, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            asOf is null ? SelectBalance : SumUntil,
            (account, unit, asOf),
            static (p, of) =>
            {
                p.Text(of.account).Text(of.unit);
                if (of.asOf is { } time) p.Long(time.ToUnixTimeMilliseconds());
            },
            static (row, _) => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return found is [var balance] ? balance : 0;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<BookBalance>> BalancesAsync(
        string account, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            SelectBalances, account, static (p, account) => p.Text(account),
            static (row, account) => new BookBalance(account, row.GetString(0), row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PostedLine>> PostingsAsync(
        string? account, PostingPlace after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            account is null ? PostingsOfAll : PostingsOfOne,
            (account, after, limit: BookPages.Limit(limit)),
            static (p, of) =>
            {
                p.Long(of.after.Seq).Int(of.after.Line).Int(of.limit);
                if (of.account is not null) p.Text(of.account);
            },
            static (row, _) => new PostedLine(
                new(row.GetInt64(0), row.GetInt32(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
                row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetInt64(7)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>
    /// What it reads is of one moment, on a connection of its own. Until it ends, the server keeps the old versions of
    /// what changes meanwhile.
    /// </remarks>
    public async ValueTask<BookVerdict> VerifyAsync(
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await BookVerifier
            .RunOnServerAsync(connection, database.Server, progress, cancellationToken).ConfigureAwait(false);
    }

    private static BookDocument ToDocument(NpgsqlDataReader row) => new(
        new(row.GetString(0), row.GetString(1)), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3),
        row.GetFieldValue<byte[]>(4));
}
