using Engage.Storage.Books;

namespace Engage.Storage.Sqlite;

/// <summary>
/// What decisions ask, and what is written of them, on the writer's connection. What many entries of a group change is
/// written once, before their commit.
/// </summary>
internal sealed class SqliteBookState : IBookState, IWritePartner
{
    private const string SelectHead = "SELECT seq, hash FROM book_head WHERE id = 1";
    private const string SelectEntry = "SELECT seq, documents FROM book_entry WHERE key = ?1";
    private const string SelectDocument =
        "SELECT version, series, number, keys FROM book_document WHERE kind = ?1 AND id = ?2";
    private const string SelectBalance = "SELECT balance FROM book_account WHERE account = ?1 AND unit = ?2";
    private const string SelectNumber = "SELECT last FROM book_number WHERE series = ?1";

    private const string InsertEntry = """
        INSERT INTO book_entry (seq, key, at_ms, kind, postings, documents, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    private const string InsertPosting = """
        INSERT INTO book_posting (seq, line, at_ms, account, unit, amount, floor, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    private const string UpsertDocument = """
        INSERT INTO book_document (kind, id, version, entry, series, number, keys, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (kind, id) DO UPDATE
            SET version = excluded.version, entry = excluded.entry, keys = excluded.keys, body = excluded.body
        """;

    private const string InsertKey = "INSERT INTO book_key (key, place, kind, id) VALUES (?1, ?2, ?3, ?4)";

    private const string UpsertBalance = """
        INSERT INTO book_account (account, unit, balance) VALUES (?1, ?2, ?3)
        ON CONFLICT (account, unit) DO UPDATE SET balance = excluded.balance
        """;

    private const string UpsertNumber = """
        INSERT INTO book_number (series, last) VALUES (?1, ?2)
        ON CONFLICT (series) DO UPDATE SET last = excluded.last
        """;

    private const string UpdateHead = "UPDATE book_head SET seq = ?1, hash = ?2 WHERE id = 1";

    private readonly BookGroup _group;
    private SqliteSession? _session;

    public SqliteBookState() => _group = new(this);

    /// <summary>Decides about an entry and writes what it brings. Inside the group's transaction.</summary>
    public BookOutcome Apply(SqliteSession session, BookEntry entry)
    {
        _session = session;
        var outcome = _group.Decide(entry, out var rows);
        if (rows is not null) Insert(session, rows);
        return outcome;
    }

    public void Reload(SqliteSession session) => _group.Clear();

    public void Flush(SqliteSession session)
    {
        if (!_group.HasChanges) return;
        foreach (var ((account, unit), balance) in _group.Balances)
            session.Prepare(UpsertBalance).Bind(1, account).Bind(2, unit).Bind(3, balance).Run();
        foreach (var (series, last) in _group.Numbers)
            session.Prepare(UpsertNumber).Bind(1, series).Bind(2, last).Run();
        var head = _group.Head;
        session.Prepare(UpdateHead).Bind(1, head.Seq).Bind(2, head.Hash.AsSpan()).Run();
    }

    public void Publish() => _group.Clear();

    HeadRow IBookState.Head() => Session.Prepare(SelectHead)
        .Rows(static row => new HeadRow(row.Int64(0), row.Blob(1).ToArray())) is [var head]
        ? head
        : throw new StorageException(
            "The books have no head (table book_head is empty): somebody deleted it. Nothing is written until "
            + "it is back; restore the last backup, and see what 'ledger verify' says.");

    (long Seq, byte[] Documents)? IBookState.Entry(string key) => Session.Prepare(SelectEntry).Bind(1, key)
        .Rows(static row => (row.Int64(0), row.Blob(1).ToArray())) is [var entry] ? entry : null;

    DocumentState? IBookState.Document(DocumentId id) => Session.Prepare(SelectDocument)
        .Bind(1, id.Kind).Bind(2, id.Id)
        .Rows(static row => new DocumentState(
            row.Int64(0), row.TextOrNull(1), row.IsNull(2) ? null : row.Int64(2), row.Text(3))) is [var document]
        ? document
        : null;

    long IBookState.Balance(AccountUnit account) =>
        Session.Prepare(SelectBalance).Bind(1, account.Account).Bind(2, account.Unit).Scalar() ?? 0;

    long IBookState.LastNumber(string series) => Session.Prepare(SelectNumber).Bind(1, series).Scalar() ?? 0;

    private SqliteSession Session => _session!;

    private static void Insert(SqliteSession session, BookEntryRows rows)
    {
        var entry = rows.Entry;
        session.Prepare(InsertEntry)
            .Bind(1, entry.Seq).Bind(2, entry.Key).Bind(3, entry.AtMs).Bind(4, entry.Kind).Bind(5, entry.Postings)
            .Bind(6, entry.Documents.AsSpan()).Bind(7, entry.Hash.AsSpan()).Run();
        foreach (var posting in rows.Postings) Insert(session, posting);
        foreach (var document in rows.Documents) Upsert(session, document);
        foreach (var (key, place, id) in rows.Keys)
            session.Prepare(InsertKey).Bind(1, key).Bind(2, place).Bind(3, id.Kind).Bind(4, id.Id).Run();
    }

    private static void Insert(SqliteSession session, PostingRow posting)
    {
        var insert = session.Prepare(InsertPosting)
            .Bind(1, posting.Seq).Bind(2, posting.Line).Bind(3, posting.AtMs)
            .Bind(4, posting.Account).Bind(5, posting.Unit).Bind(6, posting.Amount)
            .Bind(8, posting.Hash.AsSpan());
        BindOrNull(insert, 7, posting.Floor).Run();
    }

    private static void Upsert(SqliteSession session, DocumentRow document)
    {
        var upsert = session.Prepare(UpsertDocument)
            .Bind(1, document.Id.Kind).Bind(2, document.Id.Id).Bind(3, document.Version).Bind(4, document.Entry)
            .Bind(5, document.Series).Bind(7, document.Keys).Bind(8, document.Body.Span);
        BindOrNull(upsert, 6, document.Number).Run();
    }

    private static SqliteStatement BindOrNull(SqliteStatement statement, int index, long? value) =>
        value is { } number ? statement.Bind(index, number) : statement.BindNull(index);
}
