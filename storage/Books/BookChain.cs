using System.Security.Cryptography;

namespace Engage.Storage.Books;

/// <summary>
/// The chain: every entry, and after it every posting of it, carries SHA-256 over the hash before it and its own
/// canonical bytes. A change, a gap, a swap or an insertion anywhere makes the first hash behind it wrong.
/// </summary>
/// <remarks>
/// An entry's bytes: 'E', seq, at, key, kind, number of postings, its documents (<see cref="ChainedDocument.Encode"/>).
/// A posting's: 'P', seq, line, account, unit, amount, floor. Widths and lengths as <see cref="CanonicalBytes"/> writes
/// them. The first hash is 32 zero bytes.
/// </remarks>
internal static class BookChain
{
    public const int HashLength = SHA256.HashSizeInBytes;

    public static byte[] Start => new byte[HashLength];

    /// <param name="entry">Its own hash is not looked at.</param>
    public static byte[] Hash(CanonicalBytes bytes, ReadOnlySpan<byte> before, EntryRow entry) => SHA256.HashData(
        bytes.Clear().Raw(before).Byte((byte)'E')
            .Long(entry.Seq).Long(entry.AtMs).Text(entry.Key).Text(entry.Kind).Int(entry.Postings)
            .Blob(entry.Documents).Written);

    /// <inheritdoc cref="Hash(CanonicalBytes, ReadOnlySpan{byte}, EntryRow)"/>
    public static byte[] Hash(CanonicalBytes bytes, ReadOnlySpan<byte> before, PostingRow posting) => SHA256.HashData(
        bytes.Clear().Raw(before).Byte((byte)'P')
            .Long(posting.Seq).Int(posting.Line).Text(posting.Account).Text(posting.Unit)
            .Long(posting.Amount).LongOrNull(posting.Floor).Written);
}
