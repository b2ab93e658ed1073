namespace Engage.Storage.Books;

/// <summary>Whether each series counts 1, 2, 3 to its last number.</summary>
internal sealed class NumberCheck(IBookSource source) : IAsyncDisposable
{
    private readonly RowStream<NumberRow> _numbers = source.Numbers();
    private readonly RowStream<NumberRow> _last = source.LastNumbers();

    public async ValueTask<BookFault?> RunAsync(CancellationToken cancellationToken)
    {
        while (await _numbers.PeekAsync().ConfigureAwait(false) is { } first)
        {
            var last = 0L;
            for (var next = first; next?.Series == first.Series; last++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (next.Number != last + 1)
                    return Fault(first.Series, $"number {last + 1}", $"{next.Number} comes next");
                _numbers.Take();
                next = await _numbers.PeekAsync().ConfigureAwait(false);
            }

            var stored = await _last.PeekAsync().ConfigureAwait(false);
            if (stored?.Series != first.Series || stored.Number != last)
                return Fault(
                    first.Series, $"{last} as its last number",
                    stored is null ? "no row" : $"{stored.Series} {stored.Number}");
            _last.Take();
        }
        return await _last.PeekAsync().ConfigureAwait(false) is { } more
            ? Fault(more.Series, "no last number, as it has no documents", $"{more.Number}")
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _numbers.DisposeAsync().ConfigureAwait(false);
        await _last.DisposeAsync().ConfigureAwait(false);
    }

    private static BookFault Fault(string series, string expected, string actual) =>
        new(null, $"series {series}", expected, actual);
}
