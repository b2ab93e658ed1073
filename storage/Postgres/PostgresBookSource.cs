using System.Globalization;
using System.Text;
using Engage.Storage.Books;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// The books on a server, as of one moment: a transaction that cannot write and in which all cursors see the same.
/// </summary>
internal sealed class PostgresBookSource : IBookSource
{
    // Planned to be read to the end, not for the first rows.
    private const string Begin = """
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL cursor_tuple_fraction = 1;
        SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
        """;

    private const string PostingColumns = "SELECT seq, line, at_ms, account, unit, amount, floor, hash";
    private const int PageRows = 1_024;

    /// <summary>A body has 64 KiB at most, and so a page of them 8 MiB.</summary>
    private const int DocumentPageRows = 128;

    private readonly NpgsqlConnection _connection;
    private int _cursors;

    private PostgresBookSource(NpgsqlConnection connection) => _connection = connection;

    /// <param name="connection">Open; closed with the source.</param>
    public static async Task<PostgresBookSource> BeginAsync(NpgsqlConnection connection)
    {
        var source = new PostgresBookSource(connection);
        try
        {
            await source.ExecuteAsync(Begin).ConfigureAwait(false);
            return source;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// XX: a page, a compressed value or the server's own reckoning is damaged; 58P01: a row names a transaction that
    /// the server does not know.
    /// </remarks>
    public bool IsDamage(Exception error) => error
        is PostgresException { SqlState: ['X', 'X', ..] or "58P01" or "42P01" or "42703" or ['2', '2', ..] }
        or DecoderFallbackException or InvalidDataException or InvalidCastException or OverflowException;

    /// <inheritdoc/>
    public async ValueTask<(long Entries, long Postings)> CountAsync() => (
        (long)(await ScalarAsync("SELECT count(*) FROM book_entry").ConfigureAwait(false))!,
        (long)(await ScalarAsync("SELECT count(*) FROM book_posting").ConfigureAwait(false))!);

    /// <inheritdoc/>
    public async ValueTask<HeadRow?> HeadAsync()
    {
        await using var command = new NpgsqlCommand("SELECT seq, hash FROM book_head WHERE id = 1", _connection);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await row.ReadAsync().ConfigureAwait(false)
            ? new(row.GetInt64(0), row.GetFieldValue<byte[]>(1))
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<long?> VersionAsync(DocumentId id) => (long?)await ScalarAsync(
        "SELECT version FROM book_document WHERE kind = $1 AND id = $2", id.Kind, id.Id).ConfigureAwait(false);

    /// <inheritdoc/>
    public RowStream<EntryRow> Entries() => Stream(
        "entries",
        "SELECT seq, key, at_ms, kind, postings, documents, hash FROM book_entry ORDER BY seq",
        static row => new EntryRow(
            row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetInt32(4),
            row.GetFieldValue<byte[]>(5), row.GetFieldValue<byte[]>(6)));

    /// <inheritdoc/>
    public RowStream<PostingRow> Postings() =>
        Stream("postings", PostingColumns + " FROM book_posting ORDER BY seq, line", ToPosting);

    /// <inheritdoc/>
    public RowStream<PostingRow> PostingsByAccount() =>
        Stream("by_account", PostingColumns + " FROM book_posting ORDER BY account, seq, line", ToPosting);

    /// <inheritdoc/>
    public RowStream<DocumentRow> Documents() => Stream(
        "documents",
        "SELECT kind, id, version, entry, series, number, keys, body FROM book_document ORDER BY entry, kind, id",
        static row => new DocumentRow(
            new(row.GetString(0), row.GetString(1)), row.GetInt64(2), row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetInt64(5), row.GetString(6),
            row.GetFieldValue<byte[]>(7)),
        DocumentPageRows);

    /// <inheritdoc/>
    public RowStream<KeyRow> Keys() => Stream(
        "keys",
        "SELECT key, place, kind, id FROM book_key ORDER BY place, key",
        static row => new KeyRow(row.GetString(0), row.GetInt64(1), new(row.GetString(2), row.GetString(3))));

    /// <inheritdoc/>
    public RowStream<BookBalance> Balances() => Stream(
        "balances",
        "SELECT account, unit, balance FROM book_account ORDER BY account, unit",
        static row => new BookBalance(row.GetString(0), row.GetString(1), row.GetInt64(2)));

    /// <inheritdoc/>
    public RowStream<NumberRow> Numbers() => Stream(
        "numbers",
        "SELECT series, number FROM book_document WHERE series IS NOT NULL ORDER BY series, number", ToNumber);

    /// <inheritdoc/>
    public RowStream<NumberRow> LastNumbers() =>
        Stream("last", "SELECT series, last FROM book_number ORDER BY series", ToNumber);

    /// <inheritdoc/>
    /// <remarks>
    /// A server that keeps checksums of its pages has complained already if one it was asked for is wrong; the indexes
    /// are checked where the extension amcheck is installed and the role may use it.
    /// </remarks>
    public async ValueTask<string?> DamageAsync()
    {
        const string mayCheck = """
            SELECT coalesce(bool_and(has_function_privilege(p.oid, 'execute')), false)
            FROM pg_proc p WHERE p.oid = to_regprocedure('bt_index_check(regclass, boolean)')
            """;
        if (!(bool)(await ScalarAsync(mayCheck).ConfigureAwait(false))!) return null;

        try
        {
            await ExecuteAsync("""
                SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                WHERE c.relname LIKE 'book\_%' AND c.relnamespace = current_schema()::regnamespace
                """).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("XX", StringComparison.Ordinal))
        {
            return error.MessageText;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await ExecuteAsync("ROLLBACK").ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error) || error is InvalidOperationException)
        {
            // The connection broke, and the transaction ended with it.
        }
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// The table is part of the cursor's name: a prepared FETCH must find the columns that it was prepared with.
    /// </summary>
    private PostgresCursor<T> Stream<T>(
        string what, string sql, Func<NpgsqlDataReader, T> decode, int pageRows = PageRows)
        where T : class => new(
        _connection, sql, string.Create(CultureInfo.InvariantCulture, $"{what}_{_cursors++}"), pageRows, decode);

    private static PostingRow ToPosting(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetInt64(5),
        row.IsDBNull(6) ? null : row.GetInt64(6), row.GetFieldValue<byte[]>(7));

    private static NumberRow ToNumber(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1));

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private async Task<object?> ScalarAsync(string sql, params string[] texts)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (var text in texts) command.Parameters.Text(text);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }
}

/// <summary>The rows of a query, a page at a time, so that several are read side by side on one connection.</summary>
internal sealed class PostgresCursor<T>(
    NpgsqlConnection connection, string sql, string name, int pageRows, Func<NpgsqlDataReader, T> decode)
    : RowStream<T>
    where T : class
{
    private readonly Queue<T> _page = new();
    private bool _declared;
    private bool _ended;

    protected override ValueTask<T?> ReadAsync() =>
        _page.TryDequeue(out var row) ? new(row) : _ended ? default : new(FetchAsync());

    /// <summary>The cursor ends with its transaction.</summary>
    public override ValueTask DisposeAsync() => default;

    private async Task<T?> FetchAsync()
    {
        if (!_declared) await DeclareAsync().ConfigureAwait(false);
        await using var fetch = new NpgsqlCommand($"FETCH {pageRows} FROM {name}", connection) { CommandTimeout = 0 };
        await using var rows = await fetch.ExecuteReaderAsync().ConfigureAwait(false);
        while (await rows.ReadAsync().ConfigureAwait(false)) _page.Enqueue(decode(rows));
        _ended = _page.Count < pageRows;
        return _page.TryDequeue(out var first) ? first : null;
    }

    private async Task DeclareAsync()
    {
        await using var declare = new NpgsqlCommand(
            $"DECLARE {name} NO SCROLL CURSOR FOR {sql}", connection) { CommandTimeout = 0 };
        await declare.ExecuteNonQueryAsync().ConfigureAwait(false);
        _declared = true;
    }
}
