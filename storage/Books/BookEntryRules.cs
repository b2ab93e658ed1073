using System.Text;

namespace Engage.Storage.Books;

/// <summary>
/// What an entry must be before it is queued, on either database: in a group, one that is not well formed would spoil
/// the work of others.
/// </summary>
internal static class BookEntryRules
{
    public const int PostingsMax = 1_000, DocumentsMax = 1_000, KeysMax = 32, BodyBytesMax = 64 * 1024;
    public const int KeyLengthMax = 128, KindLengthMax = 32, NameLengthMax = 192, PageMax = 1_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">Says what is wrong with which part.</exception>
    public static void Check(BookEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Text(entry.Key, "The key of an entry", KeyLengthMax);
        Text(entry.Kind, $"The kind of entry {entry.Key}", KindLengthMax);
        Count(entry.Postings.Count, PostingsMax, "postings", entry);
        Count(entry.Documents.Count, DocumentsMax, "documents", entry);
        if (entry.Postings.Count + entry.Documents.Count == 0)
            throw new ArgumentException($"Entry {entry.Key} has neither postings nor documents: nothing happened.");
        CheckPostings(entry);
        CheckDocuments(entry);
    }

    private static void CheckPostings(BookEntry entry)
    {
        var sums = new Dictionary<string, Int128>(StringComparer.Ordinal);
        foreach (var (account, unit, amount, _) in entry.Postings)
        {
            Text(account, $"An account in entry {entry.Key}", NameLengthMax);
            Text(unit, $"The unit of {account} in entry {entry.Key}", NameLengthMax);
            if (amount == 0)
                throw new ArgumentException($"Entry {entry.Key} posts 0 {unit} to {account}; leave the posting out.");
            sums[unit] = sums.GetValueOrDefault(unit) + amount;
        }
        foreach (var (unit, sum) in sums)
            if (sum != 0)
                throw new ArgumentException(
                    $"The postings of entry {entry.Key} sum to {sum} {unit}; expected 0. What one account gets, "
                    + "another gives.");
    }

    private static void CheckDocuments(BookEntry entry)
    {
        var ids = new HashSet<DocumentId>();
        foreach (var document in entry.Documents)
        {
            Text(document.Id.Kind, $"The kind of a document in entry {entry.Key}", KindLengthMax);
            Text(document.Id.Id, $"The id of a {document.Id.Kind} in entry {entry.Key}", NameLengthMax);
            if (!ids.Add(document.Id))
                throw new ArgumentException($"Entry {entry.Key} writes {document.Id} twice; write it once.");
            CheckDocument(document);
        }
    }

    private static void CheckDocument(DocumentWrite document)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(document.Version);
        if (document.Body.Length is 0 or > BodyBytesMax)
            throw new ArgumentException(
                $"The body of {document.Id} has {document.Body.Length} bytes; expected 1 to {BodyBytesMax}.");
        if (document.Series is { } series)
        {
            Text(series, $"The series of {document.Id}", NameLengthMax);
            if (document.Version > 0)
                throw new ArgumentException(
                    $"{document.Id} asks for a number in {series} with version {document.Version}; only a new document "
                    + "gets one.");
        }
        if (document.Keys is not { } keys) return;
        if (keys.Count > KeysMax)
            throw new ArgumentException($"{document.Id} comes under {keys.Count} keys; expected {KeysMax} at most.");
        foreach (var key in keys) Text(key, $"A key of {document.Id}", NameLengthMax);
    }

    /// <summary>Both databases keep it as it is, and it is one line of a list.</summary>
    /// <exception cref="ArgumentException">Empty, too long, with control characters, or not Unicode.</exception>
    public static void Text(string text, string what, int lengthMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0 || text.Length > lengthMax)
            throw new ArgumentException($"{what} has {text.Length} characters; expected 1 to {lengthMax}.");
        foreach (var character in text)
            if (char.IsControl(character))
                throw new ArgumentException($"{what} has the control character U+{(int)character:X4}; leave it out.");
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{what} has half of a surrogate pair: it is not well-formed Unicode.");
        }
    }

    private static void Count(int count, int max, string what, BookEntry entry)
    {
        if (count > max)
            throw new ArgumentException(
                $"Entry {entry.Key} has {count} {what}; expected {max} at most. Divide it into several entries.");
    }
}
