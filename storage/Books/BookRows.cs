namespace Engage.Storage.Books;

// The rows of the books' tables, as both databases have them.

/// <param name="Postings">How many follow it.</param>
/// <param name="Documents">As <see cref="ChainedDocument.Encode"/> writes them.</param>
internal sealed record EntryRow(
    long Seq, string Key, long AtMs, string Kind, int Postings, byte[] Documents, byte[] Hash);

internal sealed record PostingRow(
    long Seq, int Line, long AtMs, string Account, string Unit, long Amount, long? Floor, byte[] Hash);

/// <param name="Entry">That wrote this version.</param>
/// <param name="Keys">All that it is found under, one a line.</param>
internal sealed record DocumentRow(
    DocumentId Id, long Version, long Entry, string? Series, long? Number, string Keys, ReadOnlyMemory<byte> Body);

/// <param name="Place">The entry times <see cref="PlacesOfEntry"/>, plus the document's index in it.</param>
internal sealed record KeyRow(string Key, long Place, DocumentId Id)
{
    /// <summary>More than an entry has documents.</summary>
    public const long PlacesOfEntry = BookEntryRules.DocumentsMax;

    public long Entry => Place / PlacesOfEntry;
}

/// <summary>An account holds one balance in each of its units.</summary>
internal readonly record struct AccountUnit(string Account, string Unit)
{
    public override string ToString() => $"{Account} {Unit}";
}

/// <summary>The end of the chain.</summary>
internal readonly record struct HeadRow(long Seq, byte[] Hash)
{
    public override string ToString() => $"{Seq}:{Convert.ToHexStringLower(Hash)}";
}
