using Engage.Storage.Books;
using static Engage.Storage.Tests.Books.BookEntries;

namespace Engage.Storage.Tests.Books;

public sealed class BookEntryRulesTests
{
    public static TheoryData<string, string> Malformed => new()
    {
        { "sum", "sum to 1 CNY" },
        { "unit", "sum to" },
        { "overflow", "sum to" },
        { "zero", "posts 0" },
        { "nothing", "nothing happened" },
        { "emptyKey", "key of an entry" },
        { "longKey", "129 characters" },
        { "newline", "U+000A" },
        { "nul", "U+0000" },
        { "surrogate", "surrogate" },
        { "twice", "twice" },
        { "empty", "0 bytes" },
        { "large", "65537 bytes" },
        { "series", "only a new document" },
        { "keys", "33 keys" },
        { "postings", "1001 postings" },
        { "documents", "1001 documents" },
    };

    [Theory, MemberData(nameof(Malformed))]
    public void MalformedEntryIsRefusedAndItsFaultNamed(string which, string named)
    {
        var error = Assert.Throws<ArgumentException>(() => BookEntryRules.Check(Entry(which)));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntryAtEveryLimitIsWellFormed() => BookEntryRules.Check(new(
        new('k', 128), Noon, new('k', 32),
        [.. Enumerable.Range(0, 1_000).Select(i => new Posting(new('账', 192), new('u', 192), i % 2 == 0 ? 1 : -1))],
        [
            .. Enumerable.Range(0, 1_000).Select(i => new DocumentWrite(
                new("order", $"{i}😀"), 0, new byte[1], "s", [.. Enumerable.Range(0, 32).Select(k => $"{k}")])),
        ]));

    private static BookEntry Entry(string which) => which switch
    {
        "sum" => Posted("k", new("a", "CNY", 2), new("b", "CNY", -1)),
        "unit" => Posted("k", new("a", "CNY", 2), new("b", "USD", -2)),
        "overflow" => Posted(
            "k", new("a", "CNY", long.MaxValue), new("b", "CNY", long.MaxValue), new("c", "CNY", 2)),
        "zero" => Posted("k", new("a", "CNY", 0), new("b", "CNY", 0)),
        "nothing" => Posted("k"),
        "emptyKey" => Moved("", "a", "b", 1),
        "longKey" => Moved(new string('k', 129), "a", "b", 1),
        "newline" => Wrote("k", New("order", "o", keys: ["a\nb"])),
        "nul" => Moved("k", "a\0", "b", 1),
        "surrogate" => Moved("k", "a\ud800", "b", 1),
        "twice" => Wrote("k", New("order", "o"), New("order", "o")),
        "empty" => Wrote("k", New("order", "o", "")),
        "large" => Wrote("k", New("order", "o", new string(' ', 65_537))),
        "series" => Wrote("k", Changed("order", "o", 1) with { Series = "s" }),
        "keys" => Wrote("k", New("order", "o", keys: [.. Enumerable.Range(0, 33).Select(k => $"{k}")])),
        "postings" => Posted("k", [.. Enumerable.Range(0, 1_001).Select(_ => new Posting("a", "CNY", 1))]),
        "documents" => Wrote("k", [.. Enumerable.Range(0, 1_001).Select(i => New("order", $"{i}"))]),
        _ => throw new ArgumentOutOfRangeException(nameof(which)),
    };
}
