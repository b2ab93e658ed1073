using Engage.Storage.Books;

namespace Engage.Storage.Tests.Books;

/// <summary>The books as simply as they can be said; the databases must agree with it.</summary>
internal sealed class BookModel
{
    private readonly Dictionary<string, BookOutcome> _entries = [];
    private readonly Dictionary<string, long> _numbers = [];

    public Dictionary<(string Account, string Unit), long> Balances { get; } = [];
    public Dictionary<DocumentId, (long Version, long? Number, byte[] Body)> Documents { get; } = [];
    public Dictionary<string, List<DocumentId>> Keys { get; } = [];
    public List<(long Seq, DateTimeOffset At, Posting Posting)> Postings { get; } = [];
    public long Entries => _entries.Count;

    /// <summary>The last number given out in a series.</summary>
    public long Last(string series) => _numbers.GetValueOrDefault(series);

    public (BookResult Result, long Seq, long[] Numbers) Commit(BookEntry entry)
    {
        if (_entries.TryGetValue(entry.Key, out var first))
            return (BookResult.Repeated, first.Seq, [.. first.Numbers]);
        foreach (var write in entry.Documents)
            if ((Documents.TryGetValue(write.Id, out var stored) ? stored.Version : 0) != write.Version)
                return (BookResult.Conflict, 0, []);
        foreach (var of in entry.Postings.GroupBy(posting => (posting.Account, posting.Unit)))
        {
            var (sum, floor) = (of.Sum(posting => posting.Amount), of.Max(posting => posting.Floor));
            if (sum < 0 && Balances.GetValueOrDefault(of.Key) + sum < floor) return (BookResult.Refused, 0, []);
        }
        return Write(entry);
    }

    private (BookResult, long, long[]) Write(BookEntry entry)
    {
        var (seq, numbers) = (Entries + 1, new List<long>());
        foreach (var posting in entry.Postings)
        {
            var key = (posting.Account, posting.Unit);
            Balances[key] = Balances.GetValueOrDefault(key) + posting.Amount;
            Postings.Add((seq, entry.At, posting));
        }
        foreach (var write in entry.Documents)
        {
            long? number = Documents.TryGetValue(write.Id, out var before) ? before.Number : null;
            if (write.Series is { } series)
            {
                number = _numbers[series] = _numbers.GetValueOrDefault(series) + 1;
                numbers.Add(number.Value);
            }
            Documents[write.Id] = (write.Version + 1, number, write.Body.ToArray());
            foreach (var key in write.Keys ?? [])
            {
                if (!Keys.TryGetValue(key, out var under)) Keys[key] = under = [];
                if (!under.Contains(write.Id)) under.Add(write.Id);
            }
        }
        _entries[entry.Key] = new(BookResult.Written, seq, numbers, null);
        return (BookResult.Written, seq, [.. numbers]);
    }
}
