namespace Engage.Storage.Books;

/// <summary>
/// Goes through the chain once, from its start, and holds every row beside what is chained: entries, postings, the
/// documents that an entry wrote and the keys that they came under. What is left over at the end belongs to nothing.
/// </summary>
internal sealed class ChainCheck(IBookSource source) : IAsyncDisposable
{
    private readonly CanonicalBytes _bytes = new();
    private readonly RowStream<EntryRow> _entries = source.Entries();
    private readonly RowStream<PostingRow> _postings = source.Postings();
    private readonly DocumentCheck _documents = new(source);
    private byte[] _hash = BookChain.Start;

    /// <summary>What is being looked at: where it is if it cannot be read.</summary>
    public PostingPlace Place { get; private set; }

    /// <summary>Found good.</summary>
    public long Entries { get; private set; }

    /// <inheritdoc cref="Entries"/>
    public long Postings { get; private set; }

    public HeadRow End => new(Entries, _hash);

    /// <param name="checkedRows">Told how many rows were looked at since it was last told.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>The first fault; null if there is none.</returns>
    public async ValueTask<BookFault?> RunAsync(Action<long> checkedRows, CancellationToken cancellationToken)
    {
        Place = new(1, 0);
        while (await _entries.PeekAsync().ConfigureAwait(false) is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var postings = Postings;
            if (await CheckAsync(entry).ConfigureAwait(false) is { } fault) return fault;
            _entries.Take();
            Entries++;
            Place = new(Entries + 1, 0);
            checkedRows(1 + Postings - postings);
        }
        return await CheckEndAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _entries.DisposeAsync().ConfigureAwait(false);
        await _postings.DisposeAsync().ConfigureAwait(false);
        await _documents.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<BookFault?> CheckAsync(EntryRow entry)
    {
        if (entry.Seq != Entries + 1) return Fault("the entry", $"seq {Entries + 1}", $"seq {entry.Seq} comes next");
        var hash = BookChain.Hash(_bytes, _hash, entry);
        if (!hash.AsSpan().SequenceEqual(entry.Hash)) return WrongHash($"entry {entry.Key}", hash, entry.Hash);
        _hash = hash;
        return await CheckPostingsAsync(entry).ConfigureAwait(false)
            ?? await _documents.CheckAsync(entry).ConfigureAwait(false);
    }

    private async ValueTask<BookFault?> CheckPostingsAsync(EntryRow entry)
    {
        var sums = new Dictionary<string, Int128>(StringComparer.Ordinal);
        for (var line = 1; line <= entry.Postings; line++)
        {
            Place = new(entry.Seq, line);
            var posting = await _postings.PeekAsync().ConfigureAwait(false);
            if (posting is null || (posting.Seq, posting.Line) != (entry.Seq, line))
                return Fault(
                    $"posting of entry {entry.Key}", $"seq {entry.Seq} line {line}",
                    posting is null ? "no more postings" : $"seq {posting.Seq} line {posting.Line} comes next");
            if (posting.AtMs != entry.AtMs)
                return Fault($"time of a posting of entry {entry.Key}", $"{entry.AtMs} ms", $"{posting.AtMs} ms");
            var hash = BookChain.Hash(_bytes, _hash, posting);
            if (!hash.AsSpan().SequenceEqual(posting.Hash))
                return WrongHash(
                    $"posting of {posting.Amount} {posting.Unit} to {posting.Account} by entry {entry.Key}", hash,
                    posting.Hash);

            _hash = hash;
            sums[posting.Unit] = sums.GetValueOrDefault(posting.Unit) + posting.Amount;
            _postings.Take();
            Postings++;
        }
        return CheckSums(entry, sums);
    }

    private BookFault? CheckSums(EntryRow entry, Dictionary<string, Int128> sums)
    {
        foreach (var (unit, sum) in sums)
            if (sum != 0) return Fault($"sum of entry {entry.Key}", $"0 {unit}", $"{sum} {unit}");
        Place = new(entry.Seq, 0);
        return null;
    }

    private async ValueTask<BookFault?> CheckEndAsync()
    {
        if (await _postings.PeekAsync().ConfigureAwait(false) is { } posting)
            return new(
                new(posting.Seq, posting.Line), $"posting to {posting.Account}", "its entry", "no entry has it");
        if (await _documents.CheckEndAsync().ConfigureAwait(false) is { } leftOver) return leftOver;

        if (await source.HeadAsync().ConfigureAwait(false) is not { } head)
            return new(null, "the head of the chain", $"{End}", "no row");
        if (head.Seq != Entries || !head.Hash.AsSpan().SequenceEqual(_hash))
            return new(
                head.Seq > Entries ? new(Entries + 1, 0) : null, "the head of the chain", $"{head}",
                $"the chain ends with {End}");
        return await _documents.CheckVersionsAsync().ConfigureAwait(false);
    }

    private BookFault WrongHash(string what, byte[] computed, byte[] stored) => Fault(
        $"hash of the {what}", Convert.ToHexStringLower(stored),
        $"its content and the hash before it give {Convert.ToHexStringLower(computed)}");

    private BookFault Fault(string what, string expected, string actual) => new(Place, what, expected, actual);
}
