using System.Text;
using Engage.Storage.Books;

namespace Engage.Storage.Tests.Books;

/// <summary>Entries as a shop would write them.</summary>
internal static class BookEntries
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static BookEntry Posted(string key, params Posting[] postings) => new(key, Noon, "test", postings, []);

    public static BookEntry Moved(string key, string from, string to, long amount, long? floor = null) =>
        Posted(key, new(from, "CNY", -amount, floor), new(to, "CNY", amount));

    public static BookEntry Wrote(string key, params DocumentWrite[] documents) =>
        new(key, Noon, "test", [], documents);

    /// <summary>The card's provider holds what others are owed.</summary>
    public static BookEntry ToppedUp(string user, long amount, int time = 1) => new(
        $"topup:{user}:{time}", Noon, "topup",
        [new("provider:card", "CNY", -amount), new($"wallet:{user}", "CNY", amount)], []);

    /// <summary>A purchase from a wallet, with the documents that a shop keeps of it.</summary>
    public static BookEntry Sold(string order, string user, long price, DateTimeOffset? at = null) => new(
        $"order:{order}:paid", at ?? Noon, "sale",
        [
            new($"wallet:{user}", "CNY", -price, Floor: 0),
            new("platform:income", "CNY", price / 10),
            new("creator:k-1", "CNY", price - (price / 10)),
        ],
        [
            New("order", order, $$"""{"buyer":"{{user}}","price":{{price}}}""", keys: [$"buyer:{user}", "orders"]),
            New("invoice", $"i-{order}", $$"""{"order":"{{order}}"}""", "invoice", [$"buyer:{user}"]),
            New("entitlement", $"{order}-1", """{"scope":"content:c-1"}""", keys: [$"owner:{user}"]),
        ]);

    public static DocumentWrite New(
        string kind, string id, string body = "{}", string? series = null, string[]? keys = null) =>
        new(new(kind, id), 0, Encoding.UTF8.GetBytes(body), series, keys);

    public static DocumentWrite Changed(
        string kind, string id, long version, string body = "{}", string[]? keys = null) =>
        new(new(kind, id), version, Encoding.UTF8.GetBytes(body), null, keys);

    public static string Text(this BookDocument document) => Encoding.UTF8.GetString(document.Body.Span);

    public static ValueTask<BookOutcome> CommitAsync(this IBooks books, BookEntry entry) =>
        books.CommitAsync(entry, CancellationToken.None);

    public static async Task WriteAsync(this IBooks books, params BookEntry[] entries)
    {
        foreach (var entry in entries)
        {
            var outcome = await books.CommitAsync(entry);
            Assert.True(outcome.Result == BookResult.Written, outcome.ToString());
        }
    }

    public static ValueTask<BookDocument?> FindAsync(this IBooks books, string kind, string id) =>
        books.FindAsync(new(kind, id), CancellationToken.None);

    public static ValueTask<long> BalanceAsync(this IBooks books, string account, string unit = "CNY") =>
        books.BalanceAsync(account, unit, null, CancellationToken.None);

    /// <summary>All documents under a key, page by page.</summary>
    public static async Task<List<string>> IdsAsync(
        this IBooks books, string key, string? kind = null, int limit = 2, bool newest = false)
    {
        var ids = new List<string>();
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(new(key, kind, after, limit, newest), CancellationToken.None);
            Assert.InRange(page.Items.Count, 0, limit);
            ids.AddRange(page.Items.Select(document => document.Id.Id));
            cursor = page.Cursor;
        }
        return ids;
    }

    public static async Task AssertSoundAsync(this IBooks books)
    {
        var verdict = await books.VerifyAsync(null, CancellationToken.None);
        Assert.True(verdict.Fault is null, verdict.Fault?.ToString());
    }
}
