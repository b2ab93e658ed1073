using Engage.Storage.Books;

namespace Engage.Storage.Sqlite;

/// <inheritdoc cref="IBooks"/>
/// <remarks>
/// Entries share queue and fsync with whatever else waits for the disk. One that is cancelled is withdrawn while it
/// waits; one that is being written runs to its end.
/// </remarks>
public sealed class SqliteBooks(SqliteDatabase database) : IBooks
{
    private const string SelectDocument =
        "SELECT kind, id, version, number, body FROM book_document WHERE kind = ?1 AND id = ?2";

    private const string SelectUnder = """
        SELECT d.kind, d.id, d.version, d.number, d.body, k.place
        FROM book_key k CROSS JOIN book_document d ON d.kind = k.kind AND d.id = k.id
        """;

    // A page is a range of one index, whichever way it is read. Without a bound the cursor is beyond every place.
    private const string Oldest = SelectUnder + """
         WHERE k.key = ?1 AND k.place > ?2 ORDER BY k.place LIMIT ?3
        """;

    private const string Newest = SelectUnder + """
         WHERE k.key = ?1 AND k.place < ?2 ORDER BY k.place DESC LIMIT ?3
        """;

    private const string OldestOfKind = SelectUnder + """
         WHERE k.key = ?1 AND k.kind = ?4 AND k.place > ?2 ORDER BY k.place LIMIT ?3
        """;

    private const string NewestOfKind = SelectUnder + """
         WHERE k.key = ?1 AND k.kind = ?4 AND k.place < ?2 ORDER BY k.place DESC LIMIT ?3
        """;

    private const string SelectBalance = "SELECT balance FROM book_account WHERE account = ?1 AND unit = ?2";
    private const string SelectBalances = "SELECT unit, balance FROM book_account WHERE account = ?1 ORDER BY unit";

    private const string SumUntil =
        "SELECT sum(amount) FROM book_posting WHERE account = ?1 AND unit = ?2 AND at_ms <= ?3";

    private const string SelectPostings = """
        SELECT p.seq, p.line, p.at_ms, e.key, e.kind, p.account, p.unit, p.amount
        FROM book_posting p CROSS JOIN book_entry e ON e.seq = p.seq
        """;

    private const string PostingsOfAll = SelectPostings + """
         WHERE (p.seq, p.line) > (?1, ?2) ORDER BY p.seq, p.line LIMIT ?3
        """;

    private const string PostingsOfOne = SelectPostings + """
         WHERE p.account = ?4 AND (p.seq, p.line) > (?1, ?2) ORDER BY p.seq, p.line LIMIT ?3
        """;

    /// <inheritdoc/>
    public async ValueTask<BookOutcome> CommitAsync(BookEntry entry, CancellationToken cancellationToken)
    {
        BookEntryRules.Check(entry);
        cancellationToken.ThrowIfCancellationRequested();
        return await database.Writer
            .WriteAsync(new BookWrite(database.Books, entry, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<BookDocument?> FindAsync(DocumentId id, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(
            static (session, id) => session.Prepare(SelectDocument).Bind(1, id.Kind).Bind(2, id.Id)
                .Rows(ToDocument) is [var document] ? document : null,
            id, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<BookPage> ListAsync(BookQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = BookPages.Limit(query.Limit);
        // One more than asked for tells whether there is another page.
        var found = await database.Readers.ReadAsync(Read, (query, limit + 1), cancellationToken).ConfigureAwait(false);
        return BookPages.Of(found, limit);
    }

    /// <inheritdoc/>
    public ValueTask<long> BalanceAsync(
        string account, string unit, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        database.Readers.ReadAsync(
            static (session, of) => of.asOf is { } time
                ? session.Prepare(SumUntil)
                    .Bind(1, of.account).Bind(2, of.unit).Bind(3, time.ToUnixTimeMilliseconds()).Scalar() ?? 0
                : session.Prepare(SelectBalance).Bind(1, of.account).Bind(2, of.unit).Scalar() ?? 0,
            (account, unit, asOf), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<BookBalance>> BalancesAsync(
        string account, CancellationToken cancellationToken) =>
        await database.Readers.ReadAsync(
            static (session, account) => session.Prepare(SelectBalances).Bind(1, account)
                .Rows(row => new BookBalance(account, row.Text(0), row.Int64(1))),
            account, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PostedLine>> PostingsAsync(
        string? account, PostingPlace after, int limit, CancellationToken cancellationToken) =>
        await database.Readers.ReadAsync(
            static (session, of) =>
            {
                var select = session.Prepare(of.account is null ? PostingsOfAll : PostingsOfOne)
                    .Bind(1, of.after.Seq).Bind(2, of.after.Line).Bind(3, of.limit);
                if (of.account is not null) select.Bind(4, of.account);
                return select.Rows(ToPosted);
            },
            (account, after, limit: BookPages.Limit(limit)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>
    /// What it reads is of one moment, on a connection of its own. Until it ends, the log beside the file grows with
    /// all that is written meanwhile.
    /// </remarks>
    public async ValueTask<BookVerdict> VerifyAsync(
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        await BookVerifier.RunOnFileAsync(database.File, progress, cancellationToken).ConfigureAwait(false);

    private static List<(BookDocument, long)> Read(SqliteSession session, (BookQuery Query, int Limit) page)
    {
        var query = page.Query;
        var sql = (query.Newest, query.Kind) switch
        {
            (false, null) => Oldest,
            (true, null) => Newest,
            (false, _) => OldestOfKind,
            (true, _) => NewestOfKind,
        };
        var select = session.Prepare(sql).Bind(1, query.Key).Bind(2, BookPages.Bound(query)).Bind(3, page.Limit);
        if (query.Kind is { } kind) select.Bind(4, kind);
        return select.Rows(static row => (ToDocument(row), row.Int64(5)));
    }

    private static BookDocument ToDocument(SqliteStatement row) => new(
        new(row.Text(0), row.Text(1)), row.Int64(2), row.IsNull(3) ? null : row.Int64(3), row.Blob(4).ToArray());

    private static PostedLine ToPosted(SqliteStatement row) => new(
        new(row.Int64(0), (int)row.Int64(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2)),
        row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Int64(7));
}

/// <summary>An entry on its way into the books. Whatever becomes of it is a result.</summary>
internal sealed class BookWrite(SqliteBookState books, BookEntry entry, CancellationToken cancellationToken)
    : WriteRequest<BookOutcome>(
        WriteLane.Append, 1 + entry.Postings.Count + entry.Documents.Count, cancellationToken)
{
    protected override BookOutcome Write(SqliteSession session) => books.Apply(session, entry);
}
