using System.Security.Cryptography;

namespace Engage.Storage.Books;

/// <summary>That an entry wrote a version of a document, and what it was; chained with the entry.</summary>
/// <param name="Digest">Of body and keys; see <see cref="DigestOf"/>.</param>
/// <param name="NewKeys">Those it came under with this version.</param>
internal sealed record ChainedDocument(
    DocumentId Id, long Version, string? Series, long? Number, byte[] Digest, IReadOnlyList<string> NewKeys)
{
    public const int DigestLength = SHA256.HashSizeInBytes;

    /// <summary>SHA-256 over the length of the body, the body, and all keys that the document is found under.</summary>
    public static byte[] DigestOf(CanonicalBytes bytes, ReadOnlySpan<byte> body, string keys) =>
        SHA256.HashData(bytes.Clear().Blob(body).Text(keys).Written);

    public static byte[] Encode(CanonicalBytes bytes, IReadOnlyList<ChainedDocument> documents)
    {
        bytes.Clear().Int(documents.Count);
        foreach (var document in documents)
        {
            bytes.Text(document.Id.Kind).Text(document.Id.Id).Long(document.Version)
                .TextOrNull(document.Series).LongOrNull(document.Number)
                .Raw(document.Digest).Int(document.NewKeys.Count);
            foreach (var key in document.NewKeys) bytes.Text(key);
        }
        return bytes.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of documents.</exception>
    public static ChainedDocument[] Decode(ReadOnlySpan<byte> encoded)
    {
        var bytes = new CanonicalReader(encoded);
        var documents = new ChainedDocument[Count(bytes.Int(), BookEntryRules.DocumentsMax)];
        for (var i = 0; i < documents.Length; i++)
        {
            var id = new DocumentId(bytes.Text(), bytes.Text());
            var (version, series, number) = (bytes.Long(), bytes.TextOrNull(), bytes.LongOrNull());
            var digest = bytes.Raw(DigestLength).ToArray();
            var keys = new string[Count(bytes.Int(), BookEntryRules.KeysMax)];
            for (var k = 0; k < keys.Length; k++) keys[k] = bytes.Text();
            documents[i] = new(id, version, series, number, digest, keys);
        }
        return bytes.AtEnd ? documents : throw new InvalidDataException("Bytes follow the last document.");
    }

    private static int Count(int count, int max) => count >= 0 && count <= max
        ? count
        : throw new InvalidDataException($"{count} are announced; {max} are the most.");
}
