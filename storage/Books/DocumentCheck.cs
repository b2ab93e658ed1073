namespace Engage.Storage.Books;

/// <summary>
/// Holds documents and keys beside the entries that wrote them. Which documents must be there is not remembered: every
/// write makes one version, so if the versions of all documents sum to the number of writes, each is there in its
/// newest version.
/// </summary>
internal sealed class DocumentCheck(IBookSource source) : IAsyncDisposable
{
    private readonly CanonicalBytes _bytes = new();
    private readonly RowStream<DocumentRow> _documents = source.Documents();
    private readonly RowStream<KeyRow> _keys = source.Keys();
    private Int128 _writes;
    private Int128 _versions;

    /// <summary>In the order of the chain.</summary>
    public async ValueTask<BookFault?> CheckAsync(EntryRow entry)
    {
        var chained = ChainedDocument.Decode(entry.Documents);
        _writes += chained.Length;
        return await CheckDocumentsAsync(entry, chained).ConfigureAwait(false)
            ?? await CheckKeysAsync(entry, chained).ConfigureAwait(false);
    }

    /// <summary>Behind the last entry.</summary>
    public async ValueTask<BookFault?> CheckEndAsync()
    {
        if (await _documents.PeekAsync().ConfigureAwait(false) is { } document)
            return new(null, $"{document.Id}", "an entry that wrote it", $"it names entry {document.Entry}");
        if (await _keys.PeekAsync().ConfigureAwait(false) is { } key)
            return new(null, $"key {key.Key} of {key.Id}", "an entry that wrote it", $"it names entry {key.Entry}");
        return null;
    }

    /// <summary>When all else is well: only then it is known that the entries are what was written.</summary>
    public async ValueTask<BookFault?> CheckVersionsAsync()
    {
        if (_versions == _writes) return null;

        await using var entries = source.Entries();
        while (await entries.PeekAsync().ConfigureAwait(false) is { } entry)
        {
            foreach (var written in ChainedDocument.Decode(entry.Documents))
            {
                var version = await source.VersionAsync(written.Id).ConfigureAwait(false);
                if (version >= written.Version) continue;
                return Fault(
                    entry, $"{written.Id}", $"version {written.Version} or newer",
                    version is null ? "no row" : $"version {version}");
            }
            entries.Take();
        }
        return new(null, "the documents", $"{_writes} versions", $"{_versions}");
    }

    public async ValueTask DisposeAsync()
    {
        await _documents.DisposeAsync().ConfigureAwait(false);
        await _keys.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<BookFault?> CheckDocumentsAsync(EntryRow entry, ChainedDocument[] chained)
    {
        while (await _documents.PeekAsync().ConfigureAwait(false) is { } document && document.Entry <= entry.Seq)
        {
            var written = Array.Find(chained, one => one.Id == document.Id);
            if (document.Entry < entry.Seq || written is null)
                return Fault(entry, $"{document.Id}", "an entry that wrote it", $"it names entry {document.Entry}");
            if (Difference(document, written) is var (what, expected, actual))
                return Fault(entry, $"{what} of {document.Id}", expected, actual);
            _versions += document.Version;
            _documents.Take();
        }
        return null;
    }

    private (string What, string Expected, string Actual)? Difference(DocumentRow document, ChainedDocument written)
    {
        if (document.Version != written.Version) return ("version", $"{written.Version}", $"{document.Version}");
        if (document.Series != written.Series || document.Number != written.Number)
            return ("number", $"{written.Series} {written.Number}", $"{document.Series} {document.Number}");
        var digest = ChainedDocument.DigestOf(_bytes, document.Body.Span, document.Keys);
        return digest.AsSpan().SequenceEqual(written.Digest)
            ? null
            : ("digest of body and keys", Convert.ToHexStringLower(written.Digest), Convert.ToHexStringLower(digest));
    }

    private async ValueTask<BookFault?> CheckKeysAsync(EntryRow entry, ChainedDocument[] chained)
    {
        var expected = new HashSet<KeyRow>();
        for (var i = 0; i < chained.Length; i++)
            foreach (var key in chained[i].NewKeys)
                expected.Add(new(key, (entry.Seq * KeyRow.PlacesOfEntry) + i, chained[i].Id));

        while (await _keys.PeekAsync().ConfigureAwait(false) is { } row && row.Entry <= entry.Seq)
        {
            if (!expected.Remove(row))
                return Fault(entry, $"key {row.Key} of {row.Id}", "an entry that wrote it", $"it names {row.Place}");
            _keys.Take();
        }
        return expected.Count == 0
            ? null
            : Fault(entry, $"key {expected.First().Key} of {expected.First().Id}", "a row", "no row");
    }

    private static BookFault Fault(EntryRow entry, string what, string expected, string actual) =>
        new(new(entry.Seq, 0), what, expected, actual);
}
