using System.Text;
using Engage.Storage.Books;
using static Engage.Storage.Tests.Books.BookEntries;

namespace Engage.Storage.Tests.Books;

/// <summary>Random entries with retries, conflicts and empty accounts, beside a simple model of the same.</summary>
public abstract class BookPropertyTests : StorageSuite
{
    private const int Rounds = 60, GroupMax = 16;

    private protected BookPropertyTests(StorageSite site) : base(site) { }

    [StorageTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task BooksSayWhatASimpleModelSays(int seed)
    {
        var random = new Random(seed);
        var model = new BookModel();
        var sent = new List<BookEntry>();
        var storage = Site.Open(options => options.GroupRowsMax = 20);
        for (var round = 0; round < Rounds; round++)
        {
            if (random.Next(20) == 0)
            {
                storage.Dispose();
                storage = Site.Open(options => options.GroupRowsMax = 20);
            }
            // What is sent without waiting is decided in the order in which it was sent.
            var entries = Enumerable.Range(0, random.Next(1, GroupMax))
                .Select(_ => Entry(random, model, sent)).ToList();
            var committing = entries.Select(entry => storage.Books.CommitAsync(entry).AsTask()).ToList();
            for (var i = 0; i < entries.Count; i++)
            {
                var expected = model.Commit(entries[i]);
                var outcome = await committing[i];
                Assert.Equal((expected.Result, expected.Seq), (outcome.Result, outcome.Seq));
                Assert.Equal(expected.Numbers, outcome.Numbers);
            }
        }

        await AssertAgreeAsync(storage.Books, model);
        await storage.Books.AssertSoundAsync();
    }

    private static async Task AssertAgreeAsync(IBooks books, BookModel model)
    {
        foreach (var ((account, unit), balance) in model.Balances)
        {
            Assert.Equal(balance, await books.BalanceAsync(account, unit));
            var noon = model.Postings.Where(one => (one.Posting.Account, one.Posting.Unit) == (account, unit)
                && one.At <= Noon).Sum(one => one.Posting.Amount);
            Assert.Equal(noon, await books.BalanceAsync(account, unit, Noon, default));
        }
        foreach (var (id, (version, number, body)) in model.Documents)
        {
            var document = await books.FindAsync(id, default);
            Assert.Equal((version, number), (document!.Version, document.Number));
            Assert.Equal(body, document.Body.ToArray());
        }
        foreach (var (key, ids) in model.Keys)
        {
            Assert.Equal(ids.Select(id => id.Id), await books.IdsAsync(key, limit: 3));
            Assert.Equal(
                ids.Where(id => id.Kind == "order").Select(id => id.Id).Reverse(),
                await books.IdsAsync(key, "order", 3, newest: true));
        }
        var postings = await books.PostingsAsync(null, default, 1_000, default);
        Assert.Equal(
            model.Postings.Select(one => (one.Seq, one.Posting.Account, one.Posting.Amount)).Take(1_000),
            postings.Select(posting => (posting.Place.Seq, posting.Account, posting.Amount)));
        Assert.True(model.Entries > 50 && model.Last("invoice") > 5, "The seed makes no interesting books.");
    }

    private static BookEntry Entry(Random random, BookModel model, List<BookEntry> sent)
    {
        if (sent.Count > 0 && random.Next(5) == 0) return sent[random.Next(sent.Count)];

        var postings = Enumerable.Range(0, random.Next(0, 3)).SelectMany(_ => Pair(random)).ToList();
        var documents = Enumerable.Range(0, random.Next(postings.Count == 0 ? 1 : 0, 3))
            .Select(_ => Document(random, model)).DistinctBy(document => document.Id).ToList();
        var entry = new BookEntry(
            $"e-{random.Next(2_000)}", Noon.AddSeconds(random.Next(-100, 100)), "test", postings, documents);
        sent.Add(entry);
        return entry;
    }

    private static Posting[] Pair(Random random)
    {
        var unit = random.Next(4) == 0 ? "points" : "CNY";
        var amount = random.Next(1, 100);
        return
        [
            new($"a-{random.Next(5)}", unit, -amount, random.Next(2) == 0 ? random.Next(-300, 50) : null),
            new($"a-{5 + random.Next(5)}", unit, amount, random.Next(4) == 0 ? 10 : null),
        ];
    }

    private static DocumentWrite Document(Random random, BookModel model)
    {
        var id = new DocumentId(random.Next(2) == 0 ? "order" : "invoice", $"d-{random.Next(60)}");
        // Mostly the version that is there when it is sent; by then another may have come.
        var version = model.Documents.TryGetValue(id, out var stored) ? stored.Version : 0;
        if (random.Next(8) == 0) version = random.Next(4);
        return new(
            id, version, Encoding.UTF8.GetBytes($$"""{"v":{{random.Next()}}}"""),
            version == 0 && id.Kind == "invoice" ? "invoice" : null,
            random.Next(2) == 0 ? [$"k-{random.Next(4)}", $"k-{random.Next(4)}"] : null);
    }

    public sealed class OnSqlite() : BookPropertyTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : BookPropertyTests(new PostgresSite());
}
