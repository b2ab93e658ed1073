namespace Engage.Storage.Books;

/// <summary>
/// All rows of the books as of one moment, as streams: whoever verifies holds a few of them at a time, however long the
/// books are. Several streams are read side by side. Used by one caller at a time.
/// </summary>
internal interface IBookSource : IAsyncDisposable
{
    /// <summary>How many rows there are; for progress.</summary>
    ValueTask<(long Entries, long Postings)> CountAsync();

    /// <summary>Null when the row is gone.</summary>
    ValueTask<HeadRow?> HeadAsync();

    /// <summary>Null when there is no such document.</summary>
    ValueTask<long?> VersionAsync(DocumentId id);

    /// <summary>By seq.</summary>
    RowStream<EntryRow> Entries();

    /// <summary>By seq and line.</summary>
    RowStream<PostingRow> Postings();

    /// <summary>By the entry that wrote them last.</summary>
    RowStream<DocumentRow> Documents();

    /// <summary>By place.</summary>
    RowStream<KeyRow> Keys();

    /// <summary>By account, seq and line.</summary>
    RowStream<PostingRow> PostingsByAccount();

    /// <summary>By account, in the order of <see cref="PostingsByAccount"/>.</summary>
    RowStream<BookBalance> Balances();

    /// <summary>Of all numbered documents, by series and number.</summary>
    RowStream<NumberRow> Numbers();

    /// <summary>The last of each series, in the order of <see cref="Numbers"/>.</summary>
    RowStream<NumberRow> LastNumbers();

    /// <summary>What the database itself finds wrong with its files; null if nothing is, or it cannot tell.</summary>
    ValueTask<string?> DamageAsync();

    /// <summary>Whether reading failed because what is stored makes no sense, not because it was not reached.</summary>
    bool IsDamage(Exception error);
}

internal sealed record NumberRow(string Series, long Number);

/// <summary>Rows, one after the other; the next one can be looked at before it is taken.</summary>
internal abstract class RowStream<T> : IAsyncDisposable
    where T : class
{
    private bool _looked;
    private T? _next;

    /// <returns>The next row, null at the end; the same until <see cref="Take"/>.</returns>
    public ValueTask<T?> PeekAsync()
    {
        if (_looked) return new(_next);
        var reading = ReadAsync();
        return reading.IsCompletedSuccessfully ? new(Keep(reading.Result)) : AwaitAsync(reading);

        async ValueTask<T?> AwaitAsync(ValueTask<T?> pending) => Keep(await pending.ConfigureAwait(false));
    }

    /// <summary>Goes on from the row that was looked at.</summary>
    public void Take() => _looked = false;

    public abstract ValueTask DisposeAsync();

    /// <returns>Null at the end.</returns>
    protected abstract ValueTask<T?> ReadAsync();

    private T? Keep(T? read)
    {
        _looked = true;
        return _next = read;
    }
}
