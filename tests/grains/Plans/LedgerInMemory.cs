using Engage.Storage.Books;

namespace Engage.Grains.Tests.Plans;

/// <summary>
/// Books without a database that outlive the silo of a test: what they promise, as plainly as can be. The real ones
/// have tests of their own.
/// </summary>
internal sealed class LedgerInMemory : IBooks
{
    private readonly Lock _gate = new();
    private readonly List<(long Seq, BookEntry Entry)> _entries = [];
    private readonly Dictionary<string, (long Seq, long[] Numbers)> _keys = [];
    private readonly Dictionary<DocumentId, BookDocument> _documents = [];
    private readonly Dictionary<string, List<(long Order, DocumentId Id)>> _found = [];
    private readonly Dictionary<string, long> _numbers = [];
    private long _order;

    /// <summary>Runs before each commit; may throw, as a database that is away does.</summary>
    public Action<BookEntry> Before { get; set; } = _ => { };

    /// <summary>Runs after each that was written; what it throws, the caller gets instead of the answer.</summary>
    public Action<BookEntry> After { get; set; } = _ => { };

    public IReadOnlyList<BookEntry> Entries
    {
        get { lock (_gate) return [.. _entries.Select(each => each.Entry)]; }
    }

    public ValueTask<BookOutcome> CommitAsync(BookEntry entry, CancellationToken cancellationToken)
    {
        Before(entry);
        BookOutcome outcome;
        lock (_gate) outcome = Commit(entry);
        if (outcome.Result == BookResult.Written) After(entry);
        return ValueTask.FromResult(outcome);
    }

    public ValueTask<BookDocument?> FindAsync(DocumentId id, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(_documents.GetValueOrDefault(id));
    }

    public ValueTask<BookPage> ListAsync(BookQuery query, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var all = _found.GetValueOrDefault(query.Key, [])
                .Where(found => query.Kind is null || found.Id.Kind == query.Kind)
                .Where(found => query.After == 0
                    || (query.Newest ? found.Order < query.After : found.Order > query.After));
            var page = (query.Newest ? all.Reverse() : all).Take(query.Limit + 1).ToArray();
            return ValueTask.FromResult(new BookPage(
                [.. page.Take(query.Limit).Select(found => _documents[found.Id])],
                page.Length > query.Limit ? page[query.Limit - 1].Order : null));
        }
    }

    public ValueTask<long> BalanceAsync(
        string account, string unit, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(Balance(account, unit, asOf));
    }

    public ValueTask<IReadOnlyList<BookBalance>> BalancesAsync(string account, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult<IReadOnlyList<BookBalance>>(
            [
                .. Postings().Where(posting => posting.Account == account)
                    .GroupBy(posting => posting.Unit)
                    .Select(group => new BookBalance(account, group.Key, group.Sum(posting => posting.Amount))),
            ]);
    }

    public ValueTask<IReadOnlyList<PostedLine>> PostingsAsync(
        string? account, PostingPlace after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult<IReadOnlyList<PostedLine>>(
            [
                .. _entries.SelectMany(each => each.Entry.Postings.Select((posting, index) => new PostedLine(
                        new(each.Seq, index + 1), each.Entry.At, each.Entry.Key, each.Entry.Kind, posting.Account,
                        posting.Unit, posting.Amount)))
                    .Where(line => (account is null || line.Account == account) && line.Place > after)
                    .Take(limit),
            ]);
    }

    public ValueTask<BookVerdict> VerifyAsync(
        IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Only real books have a chain to verify.");

    private BookOutcome Commit(BookEntry entry)
    {
        foreach (var unit in entry.Postings.GroupBy(posting => posting.Unit))
            if (unit.Sum(posting => posting.Amount) is not 0 and var sum)
                throw new ArgumentException($"Entry {entry.Key} sums to {sum} {unit.Key}.");
        if (_keys.TryGetValue(entry.Key, out var known))
            return new(BookResult.Repeated, known.Seq, known.Numbers, null);

        foreach (var write in entry.Documents)
            if ((_documents.GetValueOrDefault(write.Id)?.Version ?? 0) != write.Version)
                return new(BookResult.Conflict, 0, [], write.Id.ToString());
        foreach (var posting in entry.Postings)
            if (posting.Floor is { } floor && Balance(posting.Account, posting.Unit, null) + posting.Amount < floor)
                return new(BookResult.Refused, 0, [], posting.Account);

        return Write(entry);
    }

    private BookOutcome Write(BookEntry entry)
    {
        var numbers = new List<long>();
        foreach (var write in entry.Documents)
        {
            var number = _documents.GetValueOrDefault(write.Id)?.Number;
            if (write.Series is { } series)
            {
                number = _numbers[series] = _numbers.GetValueOrDefault(series) + 1;
                numbers.Add(number.Value);
            }
            _documents[write.Id] = new(write.Id, write.Version + 1, number, write.Body.ToArray());
            foreach (var key in write.Keys ?? [])
            {
                if (!_found.TryGetValue(key, out var found)) _found[key] = found = [];
                found.Add((++_order, write.Id));
            }
        }
        _entries.Add((_entries.Count + 1, entry));
        _keys[entry.Key] = (_entries.Count, [.. numbers]);
        return new(BookResult.Written, _entries.Count, numbers, null);
    }

    private long Balance(string account, string unit, DateTimeOffset? asOf) => _entries
        .Where(each => asOf is null || each.Entry.At <= asOf)
        .SelectMany(each => each.Entry.Postings)
        .Where(posting => posting.Account == account && posting.Unit == unit)
        .Sum(posting => posting.Amount);

    private IEnumerable<Posting> Postings() => _entries.SelectMany(each => each.Entry.Postings);
}
