namespace Engage.Storage.Books;

/// <summary>What a decision asks of the database, inside the transaction that will write what is decided.</summary>
internal interface IBookState
{
    HeadRow Head();

    /// <summary>The entry with this key: its seq and its documents; null if there is none.</summary>
    (long Seq, byte[] Documents)? Entry(string key);

    /// <summary>The newest version; null if there is none.</summary>
    DocumentState? Document(DocumentId id);

    /// <summary>0 of an account that was never posted to.</summary>
    long Balance(AccountUnit account);

    /// <summary>0 of a series without a number.</summary>
    long LastNumber(string series);
}

/// <param name="Keys">All that it is found under, one a line.</param>
internal readonly record struct DocumentState(long Version, string? Series, long? Number, string Keys);

/// <summary>
/// Decides about the entries of one transaction, one after the other: each sees what those before it changed. Knows no
/// database, so that both decide alike. What an entry that is written brings is given out at once; what several of
/// them change (balances, numbers, the head) is gathered, to be written once before the commit.
/// </summary>
internal sealed class BookGroup(IBookState stored)
{
    private readonly CanonicalBytes _bytes = new();
    private readonly Dictionary<string, (long Seq, byte[] Documents)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<DocumentId, DocumentState?> _documents = [];
    private readonly Dictionary<AccountUnit, long> _balances = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<AccountUnit, long> _changedBalances = [];
    private readonly Dictionary<string, long> _changedNumbers = new(StringComparer.Ordinal);
    private HeadRow? _head;

    public bool HasChanges { get; private set; }

    public HeadRow Head => _head ??= stored.Head();

    public IReadOnlyDictionary<AccountUnit, long> Balances => _changedBalances;

    public IReadOnlyDictionary<string, long> Numbers => _changedNumbers;

    /// <summary>Forgets everything: another transaction begins.</summary>
    public void Clear()
    {
        _entries.Clear();
        _documents.Clear();
        _balances.Clear();
        _numbers.Clear();
        _changedBalances.Clear();
        _changedNumbers.Clear();
        _head = null;
        HasChanges = false;
    }

    /// <param name="entry">Well formed.</param>
    /// <param name="rows">What is to be written; null if nothing is.</param>
    /// <exception cref="StorageException">A row that the entry needs is damaged or gone.</exception>
    public BookOutcome Decide(BookEntry entry, out BookEntryRows? rows)
    {
        rows = null;
        if (Known(entry.Key) is { } known) return Repeated(entry.Key, known.Seq, known.Documents);
        if (ConflictOf(entry) is { } conflict) return conflict;
        var changes = ChangesOf(entry);
        if (RefusalOf(entry, changes) is { } refusal) return refusal;

        rows = Write(entry, changes);
        return new(BookResult.Written, rows.Entry.Seq, NumbersOf(rows.Chained), null);
    }

    /// <exception cref="StorageException">What is stored of the first one is damaged.</exception>
    private static BookOutcome Repeated(string key, long seq, byte[] documents)
    {
        try
        {
            return new(BookResult.Repeated, seq, NumbersOf(ChainedDocument.Decode(documents)), null);
        }
        catch (InvalidDataException error)
        {
            throw new StorageException(
                $"What the books have stored of entry {key} ({seq}) cannot be read: {error.Message} See what 'ledger "
                + "verify' says, and restore the last backup.", error);
        }
    }

    private (long Seq, byte[] Documents)? Known(string key) =>
        _entries.TryGetValue(key, out var written) ? written : stored.Entry(key);

    private BookOutcome? ConflictOf(BookEntry entry)
    {
        foreach (var write in entry.Documents)
        {
            var version = Document(write.Id)?.Version ?? 0;
            if (version == write.Version) continue;
            var found = version == 0 ? "is not there" : $"has version {version}";
            return new(BookResult.Conflict, 0, [], $"{write.Id} {found}; expected {write.Version}.")
            {
                Document = write.Id,
            };
        }
        return null;
    }

    /// <summary>What the entry adds to each account in sum, and the highest floor that it sets there.</summary>
    private static Dictionary<AccountUnit, (Int128 Sum, long? Floor)> ChangesOf(BookEntry entry)
    {
        var changes = new Dictionary<AccountUnit, (Int128 Sum, long? Floor)>();
        foreach (var (account, unit, amount, floor) in entry.Postings)
        {
            var (sum, highest) = changes.GetValueOrDefault(new(account, unit));
            changes[new(account, unit)] = (sum + amount, highest > floor ? highest : floor ?? highest);
        }
        return changes;
    }

    private BookOutcome? RefusalOf(BookEntry entry, Dictionary<AccountUnit, (Int128 Sum, long? Floor)> changes)
    {
        foreach (var (account, (sum, floor)) in changes)
        {
            var balance = Balance(account);
            var after = balance + sum;
            if (after < long.MinValue || after > long.MaxValue)
                return Refused(account, $"{account} has {balance}; {sum} more is beyond what a balance can hold.");
            if (sum < 0 && after < floor)
                return Refused(
                    account, $"{account} has {balance}; {-sum} less would be {after}, below its floor of {floor}.");
        }
        return null;

        static BookOutcome Refused(AccountUnit account, string detail) =>
            new(BookResult.Refused, 0, [], detail) { Account = account.Account };
    }

    private BookEntryRows Write(BookEntry entry, Dictionary<AccountUnit, (Int128 Sum, long? Floor)> changes)
    {
        var seq = Head.Seq + 1;
        var (documents, keys, chained) = WriteDocuments(entry, seq);
        var row = new EntryRow(
            seq, entry.Key, entry.At.ToUnixTimeMilliseconds(), entry.Kind, entry.Postings.Count,
            ChainedDocument.Encode(_bytes, chained), []);
        row = row with { Hash = BookChain.Hash(_bytes, Head.Hash, row) };
        var postings = WritePostings(entry, row);

        foreach (var (account, (sum, _)) in changes)
            _balances[account] = _changedBalances[account] = (long)(Balance(account) + sum);
        _entries[entry.Key] = (seq, row.Documents);
        _head = new(seq, postings.Length > 0 ? postings[^1].Hash : row.Hash);
        HasChanges = true;
        return new(row, postings, documents, keys, chained);
    }

    private PostingRow[] WritePostings(BookEntry entry, EntryRow row)
    {
        var postings = new PostingRow[entry.Postings.Count];
        var before = row.Hash;
        for (var i = 0; i < postings.Length; i++)
        {
            var (account, unit, amount, floor) = entry.Postings[i];
            var posting = new PostingRow(row.Seq, i + 1, row.AtMs, account, unit, amount, floor, []);
            before = BookChain.Hash(_bytes, before, posting);
            postings[i] = posting with { Hash = before };
        }
        return postings;
    }

    private (DocumentRow[], List<KeyRow>, ChainedDocument[]) WriteDocuments(BookEntry entry, long seq)
    {
        var rows = new DocumentRow[entry.Documents.Count];
        var chained = new ChainedDocument[rows.Length];
        var keys = new List<KeyRow>();
        for (var i = 0; i < rows.Length; i++)
        {
            var write = entry.Documents[i];
            var before = Document(write.Id);
            var series = before is { } old ? old.Series : write.Series;
            var number = before?.Number ?? NextNumber(series);
            var (all, added) = DocumentKeys.Add(before?.Keys ?? "", write.Keys ?? []);
            foreach (var key in added) keys.Add(new(key, (seq * KeyRow.PlacesOfEntry) + i, write.Id));

            rows[i] = new(write.Id, write.Version + 1, seq, series, number, all, write.Body);
            chained[i] = new(
                write.Id, write.Version + 1, series, number,
                ChainedDocument.DigestOf(_bytes, write.Body.Span, all), added);
            _documents[write.Id] = new(write.Version + 1, series, number, all);
        }
        return (rows, keys, chained);
    }

    private long? NextNumber(string? series)
    {
        if (series is null) return null;
        if (!_numbers.TryGetValue(series, out var last)) last = stored.LastNumber(series);
        return _numbers[series] = _changedNumbers[series] = last + 1;
    }

    private DocumentState? Document(DocumentId id)
    {
        if (!_documents.TryGetValue(id, out var document)) _documents[id] = document = stored.Document(id);
        return document;
    }

    private long Balance(AccountUnit account)
    {
        if (!_balances.TryGetValue(account, out var balance)) _balances[account] = balance = stored.Balance(account);
        return balance;
    }

    /// <summary>Of a new document's first version alone: those were asked for.</summary>
    private static long[] NumbersOf(IReadOnlyList<ChainedDocument> documents) =>
        [.. documents.Where(document => document is { Version: 1, Number: not null }).Select(one => one.Number!.Value)];
}

/// <summary>What one entry brings.</summary>
internal sealed record BookEntryRows(
    EntryRow Entry,
    IReadOnlyList<PostingRow> Postings,
    IReadOnlyList<DocumentRow> Documents,
    IReadOnlyList<KeyRow> Keys,
    IReadOnlyList<ChainedDocument> Chained);

/// <summary>The keys of a document as its row has them: one a line, in the order in which it came under them.</summary>
internal static class DocumentKeys
{
    /// <returns>All of them, and those that were not there.</returns>
    public static (string All, string[] Added) Add(string keys, IReadOnlyList<string> more)
    {
        if (more.Count == 0) return (keys, []);

        var known = new HashSet<string>(keys.Split('\n'), StringComparer.Ordinal);
        string[] added = [.. more.Where(known.Add)];
        return added.Length == 0
            ? (keys, added)
            : (keys.Length == 0 ? string.Join('\n', added) : $"{keys}\n{string.Join('\n', added)}", added);
    }
}
