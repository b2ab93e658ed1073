using Engage.Storage.Books;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// All that the decisions about a group can ask, read in one round trip behind the lock of the head: whoever else
/// writes waits until this group is committed.
/// </summary>
internal sealed class PostgresBookState : IBookState
{
    // Should this process stand still while it holds the lock, the server takes the lock from it.
    private const string HoldMax = "SET LOCAL idle_in_transaction_session_timeout = '10s'";

    // A plan that was made while the tables were small would read them whole when they are large: all questions are
    // answered row by row from an index.
    private const string NoScans = "SET LOCAL enable_seqscan = off";
    private const string NoHashing = "SET LOCAL enable_hashjoin = off";
    private const string NoMerging = "SET LOCAL enable_mergejoin = off";

    private const string LockHead = "SELECT seq, hash FROM book_head WHERE id = 1 FOR UPDATE";
    private const string SelectEntries = "SELECT key, seq, documents FROM book_entry WHERE key = ANY ($1)";

    private const string SelectDocuments = """
        SELECT d.kind, d.id, d.version, d.series, d.number, d.keys
        FROM unnest($1, $2) AS asked (kind, id) JOIN book_document d ON d.kind = asked.kind AND d.id = asked.id
        """;

    private const string SelectBalances = """
        SELECT a.account, a.unit, a.balance
        FROM unnest($1, $2) AS asked (account, unit)
        JOIN book_account a ON a.account = asked.account AND a.unit = asked.unit
        """;

    private const string SelectNumbers = "SELECT series, last FROM book_number WHERE series = ANY ($1)";

    private readonly Dictionary<string, (long Seq, byte[] Documents)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<DocumentId, DocumentState> _documents = [];
    private readonly Dictionary<AccountUnit, long> _balances = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private HeadRow? _head;

    /// <summary>Begins the transaction, and waits for those of other processes.</summary>
    public static async Task<PostgresBookState> LockAsync(
        NpgsqlConnection connection, IReadOnlyList<PostgresBookWrite> group, int secondsMax)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = secondsMax };
        batch.BatchCommands.Add(new("BEGIN"));
        foreach (var setting in new[] { HoldMax, NoScans, NoHashing, NoMerging }) batch.BatchCommands.Add(new(setting));
        batch.BatchCommands.Add(new(LockHead));
        AddQuestions(batch, group);

        var state = new PostgresBookState();
        using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await state.ReadAsync(reader).ConfigureAwait(false);
        return state;
    }

    public HeadRow Head() => _head ?? throw new StorageException(
        "The books have no head (table book_head is empty): somebody deleted it. Nothing is written until it is back; "
        + "restore the last backup, and see what 'ledger verify' says.");

    public (long Seq, byte[] Documents)? Entry(string key) =>
        _entries.TryGetValue(key, out var entry) ? entry : null;

    public DocumentState? Document(DocumentId id) => _documents.TryGetValue(id, out var document) ? document : null;

    public long Balance(AccountUnit account) => _balances.GetValueOrDefault(account);

    public long LastNumber(string series) => _numbers.GetValueOrDefault(series);

    private static void AddQuestions(NpgsqlBatch batch, IReadOnlyList<PostgresBookWrite> group)
    {
        var keys = group.Select(write => write.Entry.Key).Distinct(StringComparer.Ordinal).ToArray();
        batch.BatchCommands.Add(new(SelectEntries) { Parameters = { Of(keys) } });

        // A new document is asked for too: whether it is new is the question.
        var documents = group.SelectMany(write => write.Entry.Documents).Select(one => one.Id).Distinct().ToArray();
        batch.BatchCommands.Add(new(SelectDocuments)
        {
            Parameters =
            {
                Of(Array.ConvertAll(documents, document => document.Kind)),
                Of(Array.ConvertAll(documents, document => document.Id)),
            },
        });

        var accounts = group.SelectMany(write => write.Entry.Postings)
            .Select(posting => new AccountUnit(posting.Account, posting.Unit)).Distinct().ToArray();
        batch.BatchCommands.Add(new(SelectBalances)
        {
            Parameters =
            {
                Of(Array.ConvertAll(accounts, account => account.Account)),
                Of(Array.ConvertAll(accounts, account => account.Unit)),
            },
        });

        var series = group.SelectMany(write => write.Entry.Documents)
            .Select(document => document.Series).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        batch.BatchCommands.Add(new(SelectNumbers) { Parameters = { Of(series) } });
    }

    private async Task ReadAsync(NpgsqlDataReader reader)
    {
        // Results come from the SELECTs alone: BEGIN and SET have none.
        while (await reader.ReadAsync().ConfigureAwait(false))
            _head = new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            _entries[reader.GetString(0)] = (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            _documents[new(reader.GetString(0), reader.GetString(1))] = ToDocument(reader);
        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            _balances[new(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            _numbers[reader.GetString(0)] = reader.GetInt64(1);
    }

    private static DocumentState ToDocument(NpgsqlDataReader row) => new(
        row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetInt64(4),
        row.GetString(5));

    private static NpgsqlParameter<string[]> Of(string[] values) => new() { TypedValue = values };
}
