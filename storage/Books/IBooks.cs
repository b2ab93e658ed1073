using Engage.Contracts;

namespace Engage.Storage.Books;

/// <summary>
/// Money and rights: a double-entry ledger, the documents that explain it, and what finds them, written together in one
/// transaction or not at all. Append-only and hash-chained: what was changed behind its back shows.
/// </summary>
/// <remarks>
/// Amounts are integer minor units. Balances of what the platform owes are positive (wallets, creators, its own
/// income), of what it is owed or others hold for it negative; over all accounts each unit sums to zero.
/// </remarks>
public interface IBooks
{
    /// <summary>Completes when the entry is durable, or it is known that it was not written.</summary>
    /// <exception cref="ArgumentException">The entry is not well formed: postings do not sum to zero, ids too
    /// long.</exception>
    /// <exception cref="BusyException">The queue is full; nothing was written.</exception>
    /// <exception cref="StorageException">
    /// The database refused, or the connection broke before the answer; committing the same entry again is harmless.
    /// </exception>
    ValueTask<BookOutcome> CommitAsync(BookEntry entry, CancellationToken cancellationToken);

    /// <returns>The newest version, null if there is none.</returns>
    ValueTask<BookDocument?> FindAsync(DocumentId id, CancellationToken cancellationToken);

    /// <summary>Documents under a key, in the order in which they came under it.</summary>
    ValueTask<BookPage> ListAsync(BookQuery query, CancellationToken cancellationToken);

    /// <param name="account">The account.</param>
    /// <param name="unit">Its unit; an account may have balances in several.</param>
    /// <param name="asOf">Null: now.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<long> BalanceAsync(
        string account, string unit, DateTimeOffset? asOf, CancellationToken cancellationToken);

    /// <summary>All balances of one account, one per unit that it ever had.</summary>
    ValueTask<IReadOnlyList<BookBalance>> BalancesAsync(string account, CancellationToken cancellationToken);

    /// <summary>
    /// Postings of one account above a place in the chain, in order; null: of all accounts. At most 1,000 at once.
    /// </summary>
    ValueTask<IReadOnlyList<PostedLine>> PostingsAsync(
        string? account, PostingPlace after, int limit, CancellationToken cancellationToken);

    /// <summary>Recomputes the chain, sums, balances, floors, numbers and documents from what is stored.</summary>
    ValueTask<BookVerdict> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>What is written together.</summary>
/// <param name="Key">
/// Names what happened, such as <c>order:o-1:paid</c>: an entry with the same key is written once. 1 to 128 characters.
/// </param>
/// <param name="At">When it happened; kept to the millisecond.</param>
/// <param name="Kind">Such as <c>sale</c> or <c>refund</c>, for statements. 1 to 32 characters.</param>
/// <param name="Postings">Sum to zero per unit; empty for an entry of documents alone. At most 1,000.</param>
/// <param name="Documents">At most 1,000, each id once.</param>
public sealed record BookEntry(
    string Key,
    DateTimeOffset At,
    string Kind,
    IReadOnlyList<Posting> Postings,
    IReadOnlyList<DocumentWrite> Documents);

/// <param name="Account">Such as <c>wallet:u-1</c>; 1 to 192 characters.</param>
/// <param name="Unit">
/// An ISO 4217 code, or a unit of our own in lower case such as <c>points</c>. 1 to 192 characters.
/// </param>
/// <param name="Amount">Minor units, not zero.</param>
/// <param name="Floor">
/// What the account's balance in this unit must not fall below by the entry of this posting; null: it may. An entry
/// that takes nothing from the account in sum is never refused.
/// </param>
public readonly record struct Posting(string Account, string Unit, long Amount, long? Floor = null);

/// <param name="Kind">1 to 32 characters.</param>
/// <param name="Id">1 to 192 characters.</param>
public readonly record struct DocumentId(string Kind, string Id)
{
    public override string ToString() => $"{Kind} {Id}";
}

/// <param name="Version">The version it replaces; 0: it must be new.</param>
/// <param name="Body">
/// JSON in UTF-8; personal text in it is sealed. At most 64 KiB. Not to be changed until the commit is answered.
/// </param>
/// <param name="Series">
/// Of a new document: the series whose next number it takes, such as <c>invoice</c>: 1, 2, 3, without gaps.
/// </param>
/// <param name="Keys">
/// What it is found under from then on, such as <c>buyer:u-1</c>; those of before stay. At most 32 at once, each of 1
/// to 192 characters.
/// </param>
public sealed record DocumentWrite(
    DocumentId Id, long Version, ReadOnlyMemory<byte> Body, string? Series = null, IReadOnlyList<string>? Keys = null);

/// <param name="Version">1 for a new one, one more with every write.</param>
/// <param name="Number">In its series; null if it has none.</param>
public sealed record BookDocument(DocumentId Id, long Version, long? Number, ReadOnlyMemory<byte> Body);

public enum BookResult
{
    Written = 1,

    /// <summary>An entry with this key was there before; nothing was written now.</summary>
    Repeated = 2,

    /// <summary>A document has another version than expected; nothing was written.</summary>
    Conflict = 3,

    /// <summary>An account would have fallen below its floor; nothing was written.</summary>
    Refused = 4,
}

/// <param name="Seq">Of the entry with this key, written now or before; 0 if there is none.</param>
/// <param name="Numbers">Given to the documents that asked for one, in their order.</param>
/// <param name="Detail">
/// What stood in the way, for people: the document and its version, or the account and its balance.
/// </param>
public sealed record BookOutcome(BookResult Result, long Seq, IReadOnlyList<long> Numbers, string? Detail)
{
    /// <summary>Of a <see cref="BookResult.Conflict"/>: the document that has another version.</summary>
    public DocumentId? Document { get; init; }

    /// <summary>Of a <see cref="BookResult.Refused"/>: the account that would have fallen below its floor.</summary>
    public string? Account { get; init; }
}

/// <param name="Kind">Null: documents of all kinds under the key.</param>
/// <param name="After">Cursor of the page before; 0 for the first.</param>
/// <param name="Limit">At least 1; never more than 1,000 come at once.</param>
/// <param name="Newest">Whether the newest come first.</param>
public sealed record BookQuery(string Key, string? Kind, long After, int Limit, bool Newest = false);

/// <param name="Cursor">Null on the last page.</param>
public sealed record BookPage(IReadOnlyList<BookDocument> Items, long? Cursor);

public sealed record BookBalance(string Account, string Unit, long Amount);

/// <param name="Line">From 1 within its entry; 0 is the entry itself.</param>
public readonly record struct PostingPlace(long Seq, int Line) : IComparable<PostingPlace>
{
    public int CompareTo(PostingPlace other) => (Seq, Line).CompareTo((other.Seq, other.Line));

    public static bool operator <(PostingPlace a, PostingPlace b) => a.CompareTo(b) < 0;
    public static bool operator >(PostingPlace a, PostingPlace b) => a.CompareTo(b) > 0;
    public static bool operator <=(PostingPlace a, PostingPlace b) => a.CompareTo(b) <= 0;
    public static bool operator >=(PostingPlace a, PostingPlace b) => a.CompareTo(b) >= 0;
}

public sealed record PostedLine(
    PostingPlace Place, DateTimeOffset At, string EntryKey, string Kind, string Account, string Unit, long Amount);

public readonly record struct VerifyProgress(long Done, long Total);

/// <param name="Entries">Found good; with a fault, those before it.</param>
/// <param name="Postings">As <paramref name="Entries"/>.</param>
/// <param name="Head">
/// The end of the chain, <c>seq:hash</c>. Kept elsewhere, it shows later that nothing before it was rewritten.
/// </param>
/// <param name="Fault">The first that is wrong; null: all is well.</param>
public sealed record BookVerdict(long Entries, long Postings, string Head, BookFault? Fault);

/// <param name="Place">The first bad posting; null where the fault is in none.</param>
public sealed record BookFault(PostingPlace? Place, string What, string Expected, string Actual);
