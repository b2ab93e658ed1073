using Engage.Storage;
using Engage.Storage.Books;

namespace Engage.Grains.Tests.Commerce;

/// <summary>
/// Books in memory that keep the promises of <see cref="IBooks"/>, and break a commit when they are told to: before or
/// after it was written, which the caller cannot tell apart.
/// </summary>
internal sealed class MemoryBooks : IBooks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Seq, long[] Numbers)> _entries = [];
    private readonly Dictionary<DocumentId, BookDocument> _documents = [];
    private readonly Dictionary<string, List<DocumentId>> _keys = [];
    private readonly Dictionary<(string Account, string Unit), long> _balances = [];
    private readonly Dictionary<string, long> _numbers = [];
    private readonly List<PostedLine> _lines = [];

    /// <summary>Asked before each commit: whether it breaks, and how.</summary>
    public Func<BookEntry, CommitFault> Fault { get; set; } = _ => CommitFault.None;

    public ValueTask<BookOutcome> CommitAsync(BookEntry entry, CancellationToken cancellationToken)
    {
        var fault = Fault(entry);
        if (fault == CommitFault.Before) throw new StorageException("The connection broke.");
        BookOutcome outcome;
        lock (_gate) outcome = Commit(entry);
        return fault == CommitFault.After ? throw new StorageException("The connection broke.") : new(outcome);
    }

    public ValueTask<BookDocument?> FindAsync(DocumentId id, CancellationToken cancellationToken)
    {
        lock (_gate) return new(_documents.GetValueOrDefault(id));
    }

    public ValueTask<BookPage> ListAsync(BookQuery query, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var all = (_keys.GetValueOrDefault(query.Key) ?? []).Index()
                .Select(item => (Place: item.Index + 1L, Document: _documents[item.Item]))
                .Where(item => query.Kind is null || item.Document.Id.Kind == query.Kind);
            if (query.Newest) all = all.Reverse();
            var left = all.Where(item => query.After == 0
                || (query.Newest ? item.Place < query.After : item.Place > query.After)).ToArray();
            var page = left.Take(query.Limit).ToArray();
            return new(new BookPage(
                [.. page.Select(item => item.Document)], left.Length > page.Length ? page[^1].Place : null));
        }
    }

    public ValueTask<long> BalanceAsync(
        string account, string unit, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        lock (_gate)
            return new(_lines.Where(line => line.Account == account && line.Unit == unit && !(line.At > asOf))
                .Sum(line => line.Amount));
    }

    public ValueTask<IReadOnlyList<BookBalance>> BalancesAsync(string account, CancellationToken cancellationToken)
    {
        lock (_gate)
            return new([
                .. _balances.Where(balance => balance.Key.Account == account)
                    .Select(balance => new BookBalance(account, balance.Key.Unit, balance.Value)),
            ]);
    }

    public ValueTask<IReadOnlyList<PostedLine>> PostingsAsync(
        string? account, PostingPlace after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
            return new([
                .. _lines.Where(line => line.Place > after && (account is null || line.Account == account)).Take(limit),
            ]);
    }

    public ValueTask<BookVerdict> VerifyAsync(
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        lock (_gate) return new(new BookVerdict(_entries.Count, _lines.Count, "", null));
    }

    /// <summary>All balances that are not zero.</summary>
    public IReadOnlyDictionary<string, long> Balances()
    {
        lock (_gate)
            return _balances.Where(balance => balance.Value != 0)
                .ToDictionary(balance => $"{balance.Key.Account} {balance.Key.Unit}", balance => balance.Value);
    }

    public string[] Entries()
    {
        lock (_gate) return [.. _entries.Keys];
    }

    private BookOutcome Commit(BookEntry entry)
    {
        foreach (var unit in entry.Postings.GroupBy(posting => posting.Unit))
            if (unit.Sum(posting => posting.Amount) is not 0 and var sum)
                throw new ArgumentException($"Entry '{entry.Key}' sums to {sum} {unit.Key}.", nameof(entry));
        if (_entries.TryGetValue(entry.Key, out var known))
            return new(BookResult.Repeated, known.Seq, known.Numbers, null);
        foreach (var write in entry.Documents)
            if ((_documents.GetValueOrDefault(write.Id)?.Version ?? 0) is var version && version != write.Version)
                return new(BookResult.Conflict, 0, [], $"{write.Id} has version {version}");
        foreach (var posting in entry.Postings)
            if (posting.Floor is { } floor && Balance(posting) + posting.Amount < floor)
                return new(BookResult.Refused, 0, [], $"{posting.Account} has {Balance(posting)}")
                {
                    Account = posting.Account,
                };

        var seq = _entries.Count + 1L;
        var numbers = entry.Documents.Select(Write).OfType<long>().ToArray();
        foreach (var (line, posting) in entry.Postings.Index())
        {
            _balances[(posting.Account, posting.Unit)] = Balance(posting) + posting.Amount;
            _lines.Add(new(
                new(seq, line + 1), entry.At, entry.Key, entry.Kind, posting.Account, posting.Unit, posting.Amount));
        }
        _entries[entry.Key] = (seq, numbers);
        return new(BookResult.Written, seq, numbers, null);
    }

    private long Balance(Posting posting) => _balances.GetValueOrDefault((posting.Account, posting.Unit));

    private long? Write(DocumentWrite write)
    {
        var before = _documents.GetValueOrDefault(write.Id);
        var number = before?.Number;
        if (write is { Version: 0, Series: { } series })
            number = _numbers[series] = _numbers.GetValueOrDefault(series) + 1;
        _documents[write.Id] = new(write.Id, write.Version + 1, number, write.Body);
        foreach (var key in write.Keys ?? [])
        {
            if (!_keys.TryGetValue(key, out var ids)) _keys[key] = ids = [];
            if (!ids.Contains(write.Id)) ids.Add(write.Id);
        }
        return write is { Version: 0, Series: not null } ? number : null;
    }
}

public enum CommitFault
{
    None = 0,

    /// <summary>Nothing is written.</summary>
    Before = 1,

    /// <summary>All is written.</summary>
    After = 2,
}
