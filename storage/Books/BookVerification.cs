namespace Engage.Storage.Books;

/// <summary>
/// Recomputes the books from what is stored: first the chain, because nothing else is worth adding up before; then
/// balances and numbers; then what the database says of its own files. Ends with the first fault.
/// </summary>
internal sealed class BookVerification(IBookSource source, IProgress<VerifyProgress>? progress)
{
    private const long ReportEvery = 4_096;
    private long _total;
    private long _done;
    private long _reported;

    /// <exception cref="StorageException">The database was not reached.</exception>
    public async ValueTask<BookVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var chain = new ChainCheck(source);
        await using var disposal = chain.ConfigureAwait(false);
        BookFault? fault;
        var inChain = true;
        try
        {
            var (entries, postings) = await source.CountAsync().ConfigureAwait(false);
            // Every posting is met twice: in the chain, and in its account.
            _total = entries + (2 * postings);
            fault = await chain.RunAsync(Report, cancellationToken).ConfigureAwait(false);
            inChain = fault is not null;
            fault ??= await CheckRestAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (source.IsDamage(error))
        {
            fault = new(inChain ? chain.Place : null, "the database", "rows that can be read", error.Message);
        }
        progress?.Report(new(_done, fault is null ? _done : _total));
        return new(chain.Entries, chain.Postings, chain.End.ToString(), fault);
    }

    private async ValueTask<BookFault?> CheckRestAsync(CancellationToken cancellationToken)
    {
        await using var accounts = new AccountCheck(source);
        await using var numbers = new NumberCheck(source);
        if (await accounts.RunAsync(Report, cancellationToken).ConfigureAwait(false) is { } inAccounts)
            return inAccounts;
        if (await numbers.RunAsync(cancellationToken).ConfigureAwait(false) is { } inNumbers) return inNumbers;
        return await source.DamageAsync().ConfigureAwait(false) is { } damage
            ? new(null, "the database's own check of its files", "ok", damage)
            : null;
    }

    private void Report(long rows)
    {
        _done += rows;
        if (progress is null || _done - _reported < ReportEvery) return;
        _reported = _done;
        progress.Report(new(_done, Math.Max(_done, _total)));
    }
}
