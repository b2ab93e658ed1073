using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// The newest version of one document as its actor knows it. After a write that did not end well it is read again
/// before it is used: only the books know what happened.
/// </summary>
internal sealed class KeptDocument<T>(IBooks books, DocumentId id) where T : class
{
    private bool _read;

    /// <summary>Null: there is none.</summary>
    public T? Value { get; private set; }

    public long Version { get; private set; }

    /// <summary>Reads it once; again after <see cref="Forget"/>.</summary>
    public async ValueTask<T?> GetAsync()
    {
        if (_read) return Value;

        var document = await books.FindAsync(id, CancellationToken.None);
        (Value, Version) = document is null ? (null, 0) : (BookJson.Read<T>(document), document.Version);
        _read = true;
        return Value;
    }

    public void Forget() => _read = false;

    /// <summary>
    /// Writes a new version with whatever belongs to it. Where somebody else wrote first, nothing is written, and the
    /// next <see cref="GetAsync"/> reads what is there now.
    /// </summary>
    public async ValueTask<BookOutcome> CommitAsync(
        string key,
        DateTimeOffset at,
        string kind,
        T value,
        IReadOnlyList<string>? keys = null,
        IReadOnlyList<Posting>? postings = null,
        IReadOnlyList<DocumentWrite>? others = null)
    {
        await GetAsync();
        _read = false;
        var outcome = await books.CommitAsync(
            new(
                key, at, kind, postings ?? [],
                [new(id, Version, BookJson.Write(value), Keys: keys), .. others ?? []]),
            CancellationToken.None);
        if (outcome.Result == BookResult.Written) (Value, Version, _read) = (value, Version + 1, true);
        return outcome;
    }
}
