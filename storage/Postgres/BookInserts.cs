using Engage.Storage.Books;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>What a group of entries brings, one statement per table however large the group.</summary>
internal static class BookInserts
{
    private const string Entries = """
        INSERT INTO book_entry (seq, key, at_ms, kind, postings, documents, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string Postings = """
        INSERT INTO book_posting (seq, line, at_ms, account, unit, amount, floor, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string Documents = """
        INSERT INTO book_document (kind, id, version, entry, series, number, keys, body)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (kind, id) DO UPDATE
            SET version = excluded.version, entry = excluded.entry, keys = excluded.keys, body = excluded.body
        """;

    private const string Keys = "INSERT INTO book_key (key, place, kind, id) SELECT * FROM unnest($1, $2, $3, $4)";

    private const string Balances = """
        INSERT INTO book_account (account, unit, balance) SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (account, unit) DO UPDATE SET balance = excluded.balance
        """;

    private const string Numbers = """
        INSERT INTO book_number (series, last) SELECT * FROM unnest($1, $2)
        ON CONFLICT (series) DO UPDATE SET last = excluded.last
        """;

    private const string Head = "UPDATE book_head SET seq = $1, hash = $2 WHERE id = 1";

    public static void Add(NpgsqlBatch batch, BookGroup group, IReadOnlyList<BookEntryRows> rows)
    {
        AddEntries(batch, [.. rows.Select(one => one.Entry)]);
        AddPostings(batch, [.. rows.SelectMany(one => one.Postings)]);
        // Of a document that several entries of the group wrote, the last version: a statement changes a row once.
        AddDocuments(batch, [.. rows.SelectMany(one => one.Documents).GroupBy(row => row.Id).Select(of => of.Last())]);
        AddKeys(batch, [.. rows.SelectMany(one => one.Keys)]);

        KeyValuePair<AccountUnit, long>[] balances = [.. group.Balances];
        Add(
            batch, Balances, balances.Length, Of(balances, one => one.Key.Account), Of(balances, one => one.Key.Unit),
            Of(balances, one => one.Value));
        KeyValuePair<string, long>[] numbers = [.. group.Numbers];
        Add(batch, Numbers, numbers.Length, Of(numbers, one => one.Key), Of(numbers, one => one.Value));
        batch.BatchCommands.Add(new(Head)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = group.Head.Seq },
                new NpgsqlParameter<byte[]> { TypedValue = group.Head.Hash },
            },
        });
    }

    private static void AddEntries(NpgsqlBatch batch, EntryRow[] entries) => Add(
        batch, Entries, entries.Length,
        Of(entries, row => row.Seq), Of(entries, row => row.Key), Of(entries, row => row.AtMs),
        Of(entries, row => row.Kind), Of(entries, row => row.Postings), Of(entries, row => row.Documents),
        Of(entries, row => row.Hash));

    private static void AddPostings(NpgsqlBatch batch, PostingRow[] postings) => Add(
        batch, Postings, postings.Length,
        Of(postings, row => row.Seq), Of(postings, row => row.Line), Of(postings, row => row.AtMs),
        Of(postings, row => row.Account), Of(postings, row => row.Unit), Of(postings, row => row.Amount),
        Of(postings, row => row.Floor), Of(postings, row => row.Hash));

    private static void AddDocuments(NpgsqlBatch batch, DocumentRow[] documents) => Add(
        batch, Documents, documents.Length,
        Of(documents, row => row.Id.Kind), Of(documents, row => row.Id.Id), Of(documents, row => row.Version),
        Of(documents, row => row.Entry), Of(documents, row => row.Series), Of(documents, row => row.Number),
        Of(documents, row => row.Keys), Of(documents, row => row.Body.ToArray()));

    private static void AddKeys(NpgsqlBatch batch, KeyRow[] keys) => Add(
        batch, Keys, keys.Length,
        Of(keys, row => row.Key), Of(keys, row => row.Place), Of(keys, row => row.Id.Kind), Of(keys, row => row.Id.Id));

    private static void Add(NpgsqlBatch batch, string sql, int rows, params NpgsqlParameter[] columns)
    {
        if (rows == 0) return;
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns) command.Parameters.Add(column);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T[]> Of<TRow, T>(TRow[] rows, Converter<TRow, T> value) =>
        new() { TypedValue = Array.ConvertAll(rows, value) };
}
