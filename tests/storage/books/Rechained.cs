using Engage.Storage.Books;

namespace Engage.Storage.Tests.Books;

/// <summary>What somebody could do who knows the chain: change postings and compute all hashes anew.</summary>
internal static class Rechained
{
    public static void Write(BookRowsEditor editor, Func<PostingRow, PostingRow> change)
    {
        var bytes = new CanonicalBytes();
        var hash = BookChain.Start;
        var postings = editor.Rows("book_posting").Select(row => (Row: row, Posting: change(ToPosting(row)))).ToList();
        foreach (var row in editor.Rows("book_entry"))
        {
            var entry = ToEntry(row);
            editor.Set("book_entry", row, "hash", hash = BookChain.Hash(bytes, hash, entry));
            foreach (var (stored, posting) in postings.Where(one => one.Posting.Seq == entry.Seq))
            {
                editor.Set("book_posting", stored, "amount", posting.Amount);
                editor.Set("book_posting", stored, "floor", posting.Floor is { } floor ? floor : DBNull.Value);
                editor.Set("book_posting", stored, "hash", hash = BookChain.Hash(bytes, hash, posting));
            }
        }
        editor.Set("book_head", editor.Rows("book_head")[0], "hash", hash);
    }

    private static EntryRow ToEntry(Dictionary<string, object> row) => new(
        Long(row["seq"]), (string)row["key"], Long(row["at_ms"]), (string)row["kind"], (int)Long(row["postings"]),
        (byte[])row["documents"], []);

    private static PostingRow ToPosting(Dictionary<string, object> row) => new(
        Long(row["seq"]), (int)Long(row["line"]), Long(row["at_ms"]), (string)row["account"], (string)row["unit"],
        Long(row["amount"]), row["floor"] is DBNull ? null : Long(row["floor"]), []);

    private static long Long(object value) => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
}
