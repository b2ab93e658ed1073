using System.Text;
using Engage.Storage.Books;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The books in a file, on a connection of its own that cannot write: beside a running server, or with the file alone.
/// Texts are read as the bytes that they are, or a changed byte could hide behind a replacement character.
/// </summary>
internal sealed class SqliteBookSource : IBookSource
{
    private const string SelectEntries = """
        SELECT seq, key, at_ms, kind, postings, documents, hash FROM book_entry ORDER BY seq
        """;

    private const string PostingColumns = "SELECT seq, line, at_ms, account, unit, amount, floor, hash";
    private const string SelectPostings = PostingColumns + " FROM book_posting ORDER BY seq, line";

    // Statements take this index too, so that verifying walks it.
    private const string SelectByAccount = PostingColumns
        + " FROM book_posting INDEXED BY book_posting_account ORDER BY account, seq, line";

    // Row ids alone are sorted; with the bodies, all documents would be.
    private const string SelectDocumentRows = "SELECT rowid FROM book_document ORDER BY entry, kind, id";
    private const string SelectDocument = """
        SELECT kind, id, version, entry, series, number, keys, body FROM book_document WHERE rowid = ?1
        """;

    private const string SelectKeys = "SELECT key, place, kind, id FROM book_key ORDER BY place, key";
    private const string SelectBalances = "SELECT account, unit, balance FROM book_account ORDER BY account, unit";
    private const string SelectNumbers =
        "SELECT series, number FROM book_document WHERE series IS NOT NULL ORDER BY series, number";
    private const string SelectLast = "SELECT series, last FROM book_number ORDER BY series";
    private const string SelectHead = "SELECT seq, hash FROM book_head WHERE id = 1";
    private const string SelectVersion = "SELECT version FROM book_document WHERE kind = ?1 AND id = ?2";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly SqliteSession _session;

    /// <summary>What is read from now on is of this moment.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteBookSource(string file)
    {
        _session = SqliteSession.OpenReader(file);
        try
        {
            _session.BeginRead();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file itself, and not the way to it, is at fault.</summary>
    public static bool IsDamagedFile(Exception error) => error is SqliteException sqlite
        && sqlite.SqliteErrorCode is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR or raw.SQLITE_NOMEM
            or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_READONLY or raw.SQLITE_FULL or raw.SQLITE_INTERRUPT);

    /// <inheritdoc/>
    public bool IsDamage(Exception error) => IsDamagedFile(error)
        || error is InvalidDataException or DecoderFallbackException or OverflowException;

    /// <inheritdoc/>
    public ValueTask<(long Entries, long Postings)> CountAsync() => new((
        _session.Prepare("SELECT count(*) FROM book_entry").Scalar() ?? 0,
        _session.Prepare("SELECT count(*) FROM book_posting").Scalar() ?? 0));

    /// <inheritdoc/>
    public ValueTask<HeadRow?> HeadAsync() => new(_session.Prepare(SelectHead)
        .Rows(static row => new HeadRow(row.Int64(0), row.Blob(1).ToArray())) is [var head] ? head : null);

    /// <inheritdoc/>
    public ValueTask<long?> VersionAsync(DocumentId id) =>
        new(_session.Prepare(SelectVersion).Bind(1, id.Kind).Bind(2, id.Id).Scalar());

    /// <inheritdoc/>
    public RowStream<EntryRow> Entries() => Stream(SelectEntries, static row => new EntryRow(
        row.Int64(0), Text(row, 1), row.Int64(2), Text(row, 3), Int32(row, 4), row.Blob(5).ToArray(),
        row.Blob(6).ToArray()));

    /// <inheritdoc/>
    public RowStream<PostingRow> Postings() => Stream(SelectPostings, ToPosting);

    /// <inheritdoc/>
    public RowStream<PostingRow> PostingsByAccount() => Stream(SelectByAccount, ToPosting);

    /// <inheritdoc/>
    public RowStream<DocumentRow> Documents() => Stream(
        SelectDocumentRows,
        row => _session.Prepare(SelectDocument).Bind(1, row.Int64(0)).Rows(ToDocument) is [var document]
            ? document
            : throw new InvalidDataException($"Document row {row.Int64(0)} is in an index but not in its table."));

    /// <inheritdoc/>
    public RowStream<KeyRow> Keys() => Stream(
        SelectKeys, static row => new KeyRow(Text(row, 0), row.Int64(1), new(Text(row, 2), Text(row, 3))));

    /// <inheritdoc/>
    public RowStream<BookBalance> Balances() => Stream(
        SelectBalances, static row => new BookBalance(Text(row, 0), Text(row, 1), row.Int64(2)));

    /// <inheritdoc/>
    public RowStream<NumberRow> Numbers() => Stream(SelectNumbers, ToNumber);

    /// <inheritdoc/>
    public RowStream<NumberRow> LastNumbers() => Stream(SelectLast, ToNumber);

    /// <inheritdoc/>
    /// <remarks>All pages, indexes and types of the file, also of what is not the books'.</remarks>
    public ValueTask<string?> DamageAsync()
    {
        var found = _session.Prepare("PRAGMA integrity_check(3)").Rows(static row => row.Text(0));
        return new(found is ["ok"] ? null : string.Join("; ", found));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return default;
    }

    private SqliteRowStream<T> Stream<T>(string sql, Func<SqliteStatement, T> decode)
        where T : class => new(_session, sql, decode);

    private static PostingRow ToPosting(SqliteStatement row) => new(
        row.Int64(0), Int32(row, 1), row.Int64(2), Text(row, 3), Text(row, 4), row.Int64(5),
        row.IsNull(6) ? null : row.Int64(6), row.Blob(7).ToArray());

    private static DocumentRow ToDocument(SqliteStatement row) => new(
        new(Text(row, 0), Text(row, 1)), row.Int64(2), row.Int64(3), row.IsNull(4) ? null : Text(row, 4),
        row.IsNull(5) ? null : row.Int64(5), Text(row, 6), row.Blob(7).ToArray());

    private static NumberRow ToNumber(SqliteStatement row) => new(Text(row, 0), row.Int64(1));

    private static string Text(SqliteStatement row, int column) => Strict.GetString(row.Blob(column));

    private static int Int32(SqliteStatement row, int column) => checked((int)row.Int64(column));
}

/// <summary>The rows of a statement, which is prepared with the first of them.</summary>
internal sealed class SqliteRowStream<T>(SqliteSession session, string sql, Func<SqliteStatement, T> decode)
    : RowStream<T>
    where T : class
{
    private SqliteStatement? _statement;
    private bool _ended;

    protected override ValueTask<T?> ReadAsync()
    {
        _statement ??= session.Prepare(sql);
        // Stepped again, a statement that has ended would begin anew.
        if (_ended) return default;
        if (_statement.Step()) return new(decode(_statement));
        _ended = true;
        _statement.Reset();
        return default;
    }

    public override ValueTask DisposeAsync()
    {
        _statement?.Reset();
        return default;
    }
}
