namespace Engage.Storage.Books;

/// <summary>Adds up the postings of one account after the other; holds the sums beside floors and balances.</summary>
internal sealed class AccountCheck(IBookSource source) : IAsyncDisposable
{
    private readonly RowStream<PostingRow> _postings = source.PostingsByAccount();
    private readonly RowStream<BookBalance> _balances = source.Balances();
    private readonly Dictionary<string, Int128> _sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);

    /// <summary>Behind a <see cref="ChainCheck"/> without a fault: what is added up is what was written.</summary>
    /// <inheritdoc cref="ChainCheck.RunAsync"/>
    public async ValueTask<BookFault?> RunAsync(Action<long> checkedRows, CancellationToken cancellationToken)
    {
        while (await _postings.PeekAsync().ConfigureAwait(false) is { } first)
        {
            _sums.Clear();
            while (await _postings.PeekAsync().ConfigureAwait(false) is { } next && next.Account == first.Account)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await CheckEntryAsync(next, checkedRows).ConfigureAwait(false) is { } fault) return fault;
            }
            if (await CheckBalancesAsync(first.Account).ConfigureAwait(false) is { } wrong) return wrong;
        }
        return await _balances.PeekAsync().ConfigureAwait(false) is { } more
            ? new(null, $"balance of {more.Account} {more.Unit}", "no postings, and so no balance", $"{more.Amount}")
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _postings.DisposeAsync().ConfigureAwait(false);
        await _balances.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>All postings of one entry to the account: floors are held against an entry as a whole.</summary>
    private async ValueTask<BookFault?> CheckEntryAsync(PostingRow first, Action<long> checkedRows)
    {
        _changes.Clear();
        while (await _postings.PeekAsync().ConfigureAwait(false) is { } next
            && next.Seq == first.Seq && next.Account == first.Account)
        {
            var (sum, floor, _) = _changes.GetValueOrDefault(next.Unit);
            _changes[next.Unit] = new(sum + next.Amount, floor > next.Floor ? floor : next.Floor ?? floor, next.Line);
            _postings.Take();
            checkedRows(1);
        }

        foreach (var (unit, (sum, floor, line)) in _changes)
        {
            var balance = _sums[unit] = _sums.GetValueOrDefault(unit) + sum;
            if (sum < 0 && balance < floor)
                return new(
                    new(first.Seq, line), $"balance of {first.Account} {unit} after the entry", $"at least {floor}",
                    $"{balance}");
        }
        return null;
    }

    private async ValueTask<BookFault?> CheckBalancesAsync(string account)
    {
        for (var left = _sums.Count; left > 0; left--)
        {
            var row = await _balances.PeekAsync().ConfigureAwait(false);
            if (row?.Account != account || !_sums.Remove(row.Unit, out var sum))
            {
                var (unit, missing) = _sums.First();
                return new(
                    null, $"balance of {account} {unit}", $"{missing}",
                    row is null ? "no row" : $"{row.Account} {row.Unit} comes next");
            }
            if (row.Amount != sum)
                return new(
                    null, $"balance of {account} {row.Unit}", $"{sum}, the sum of its postings", $"{row.Amount}");
            _balances.Take();
        }
        return null;
    }

    /// <summary>What an entry changes of an account's balance in a unit.</summary>
    private readonly record struct Change(Int128 Sum, long? Floor, int Line);
}
