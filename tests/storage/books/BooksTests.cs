using Engage.Contracts;
using Engage.Storage.Books;
using static Engage.Storage.Tests.Books.BookEntries;

namespace Engage.Storage.Tests.Books;

/// <summary>What the books promise, on either database.</summary>
public abstract class BooksTests : StorageSuite
{
    private protected BooksTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task EntryBringsPostingsDocumentsNumbersAndKeysAtOnce()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(ToppedUp("u-1", 20_000));

        var outcome = await books.CommitAsync(Sold("o-1", "u-1", 9_900));

        Assert.Equal((BookResult.Written, 2), (outcome.Result, outcome.Seq));
        Assert.Equal([1], outcome.Numbers);
        Assert.Equal(10_100, await books.BalanceAsync("wallet:u-1"));
        Assert.Equal(990, await books.BalanceAsync("platform:income"));
        Assert.Equal(8_910, await books.BalanceAsync("creator:k-1"));
        Assert.Equal(-20_000, await books.BalanceAsync("provider:card"));
        var invoice = await books.FindAsync("invoice", "i-o-1");
        Assert.Equal((1, 1, """{"order":"o-1"}"""), (invoice!.Version, invoice.Number, invoice.Text()));
        Assert.Equal(["o-1", "i-o-1"], await books.IdsAsync("buyer:u-1"));
        Assert.Null((await books.FindAsync("order", "o-1"))!.Number);
        Assert.Null(await books.FindAsync("order", "o-2"));
        Assert.Null(await books.FindAsync("invoice", "o-1"));
    }

    [StorageFact]
    public async Task SameKeyIsWrittenOnceAndAnswersWithTheFirst()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(ToppedUp("u-1", 20_000), Sold("o-1", "u-1", 9_900), ToppedUp("u-2", 100));

        var same = await books.CommitAsync(Sold("o-1", "u-1", 9_900));
        var other = await books.CommitAsync(Sold("o-1", "u-1", 10) with { Documents = [New("order", "o-7")] });

        Assert.Equal((BookResult.Repeated, 2), (same.Result, same.Seq));
        Assert.Equal([1], same.Numbers);
        Assert.Equal((BookResult.Repeated, 2), (other.Result, other.Seq));
        Assert.Equal(10_100, await books.BalanceAsync("wallet:u-1"));
        Assert.Null(await books.FindAsync("order", "o-7"));
    }

    [StorageFact]
    public async Task AnotherVersionThanExpectedWritesNothing()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(
            Wrote("first", New("order", "o-1", """{"state":"pending"}""")),
            Wrote("second", Changed("order", "o-1", 1, """{"state":"paid"}""")));

        BookEntry[] wrong =
        [
            Wrote("a", New("order", "o-1")),
            Wrote("b", Changed("order", "o-1", 1)),
            Wrote("c", Changed("order", "o-1", 3)),
            Wrote("d", Changed("order", "o-none", 1)),
            Moved("e", "a", "b", 5) with { Documents = [New("order", "o-2"), New("order", "o-1")] },
        ];
        foreach (var entry in wrong)
        {
            var outcome = await books.CommitAsync(entry);

            Assert.Equal((BookResult.Conflict, 0), (outcome.Result, outcome.Seq));
            Assert.Contains(outcome.Document!.Value.Id, outcome.Detail!, StringComparison.Ordinal);
        }

        var order = await books.FindAsync("order", "o-1");
        Assert.Equal((2, """{"state":"paid"}"""), (order!.Version, order.Text()));
        Assert.Null(await books.FindAsync("order", "o-2"));
        Assert.Equal(0, await books.BalanceAsync("b"));
        // What was refused may be tried again under the same key.
        await books.WriteAsync(Wrote("a", Changed("order", "o-1", 2)));
    }

    [StorageFact]
    public async Task AccountIsNotTakenBelowItsFloor()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(ToppedUp("u-1", 500));

        var tooMuch = await books.CommitAsync(Moved("m-1", "wallet:u-1", "creator:k-1", 501, floor: 0));
        await books.WriteAsync(Moved("m-2", "wallet:u-1", "creator:k-1", 500, floor: 0));
        var more = await books.CommitAsync(Moved("m-3", "wallet:u-1", "creator:k-1", 1, floor: 0));
        await books.WriteAsync(Moved("m-4", "wallet:u-1", "creator:k-1", 40, floor: -40));
        var unbounded = await books.CommitAsync(Moved("m-5", "wallet:u-1", "creator:k-1", 1_000));
        var givenBack = await books.CommitAsync(Posted(
            "m-6", new Posting("creator:k-1", "CNY", -7), new Posting("wallet:u-1", "CNY", 7, Floor: 0)));

        Assert.Equal((BookResult.Refused, "wallet:u-1"), (tooMuch.Result, tooMuch.Account));
        Assert.Contains("500", tooMuch.Detail!, StringComparison.Ordinal);
        Assert.Equal(BookResult.Refused, more.Result);
        Assert.Equal(BookResult.Written, unbounded.Result);
        // Who is below the floor already may get something.
        Assert.Equal(BookResult.Written, givenBack.Result);
        Assert.Equal(-1_033, await books.BalanceAsync("wallet:u-1"));
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task FloorIsHeldAgainstTheEntryAsAWhole()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(ToppedUp("u-1", 100));

        var inSum = await books.CommitAsync(Posted(
            "m-1", new Posting("wallet:u-1", "CNY", -150, Floor: 0), new Posting("wallet:u-1", "CNY", 60),
            new Posting("creator:k-1", "CNY", 90)));
        var twice = await books.CommitAsync(Posted(
            "m-2", new Posting("wallet:u-1", "CNY", -6, Floor: 0), new Posting("wallet:u-1", "CNY", -5),
            new Posting("creator:k-1", "CNY", 11)));

        Assert.Equal(BookResult.Written, inSum.Result);
        Assert.Equal(BookResult.Refused, twice.Result);
        Assert.Equal(10, await books.BalanceAsync("wallet:u-1"));
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task BalanceBeyondItsRangeIsRefused()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(Moved("m-1", "a", "b", long.MaxValue));

        var outcome = await books.CommitAsync(Moved("m-2", "c", "b", 1));

        Assert.Equal((BookResult.Refused, "b"), (outcome.Result, outcome.Account));
        Assert.Equal(long.MaxValue, await books.BalanceAsync("b"));
        Assert.Equal(0, await books.BalanceAsync("c"));
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task NumbersOfASeriesHaveNoGapsWhateverIsRefused()
    {
        var books = Site.Open().Books;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => books.CommitAsync(
            (i % 3 == 0 ? Moved($"e-{i}", "wallet:poor", "x", 5, floor: 0) : Moved($"e-{i}", "rich", "x", 5)) with
            {
                Documents =
                [
                    New("invoice", $"i-{i}", series: "invoice"), New("note", $"n-{i}", series: $"note:{i % 2}"),
                ],
            }).AsTask()));

        var written = outcomes.Where(outcome => outcome.Result == BookResult.Written).ToArray();
        Assert.Equal(40, written.Length);
        Assert.Equal(
            Enumerable.Range(1, 40).Select(number => (long)number), written.Select(one => one.Numbers[0]).Order());
        for (var i = 0; i < outcomes.Length; i++)
            if (outcomes[i].Result == BookResult.Written)
                Assert.Equal(outcomes[i].Numbers[0], (await books.FindAsync("invoice", $"i-{i}"))!.Number);
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task NumberStaysWithItsDocument()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(
            Wrote("a", New("invoice", "i-1", series: "invoice")), Wrote("b", New("invoice", "i-2", series: "invoice")),
            Wrote("c", Changed("invoice", "i-1", 1, """{"refunded":true}""")));

        var changed = await books.CommitAsync(Wrote("d", Changed("invoice", "i-1", 2)));

        Assert.Empty(changed.Numbers);
        Assert.Equal(1, (await books.FindAsync("invoice", "i-1"))!.Number);
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task DocumentsAreListedUnderTheirKeysInTheOrderInWhichTheyCame()
    {
        var books = Site.Open().Books;
        for (var i = 1; i <= 5; i++)
            await books.WriteAsync(Wrote(
                $"w-{i}", New("order", $"o-{i}", keys: ["buyer:u-1"]),
                New("gift", $"g-{i}", keys: ["buyer:u-1", "g"])));
        await books.WriteAsync(
            Wrote("again", Changed("order", "o-1", 1, "[]", ["buyer:u-1", "late"])),
            Wrote("other", New("order", "o-9")));

        string[] all = ["o-1", "g-1", "o-2", "g-2", "o-3", "g-3", "o-4", "g-4", "o-5", "g-5"];
        Assert.Equal(all, await books.IdsAsync("buyer:u-1", limit: 3));
        Assert.Equal(all.Reverse(), await books.IdsAsync("buyer:u-1", limit: 4, newest: true));
        Assert.Equal(["o-1", "o-2", "o-3", "o-4", "o-5"], await books.IdsAsync("buyer:u-1", "order"));
        Assert.Equal(["g-5", "g-4", "g-3", "g-2", "g-1"], await books.IdsAsync("g", "gift", newest: true));
        Assert.Equal(["o-1"], await books.IdsAsync("late"));
        Assert.Empty(await books.IdsAsync("nobody"));
        var page = await books.ListAsync(new("late", null, 0, 10), default);
        Assert.Equal((2, "[]"), (page.Items[0].Version, page.Items[0].Text()));
        await books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task BalanceIsKnownAsOfAnyTime()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(
            ToppedUp("u-1", 10_000), Sold("o-1", "u-1", 1_000, Noon.AddHours(2)),
            Sold("o-2", "u-1", 2_000, Noon.AddHours(1)), Sold("o-3", "u-1", 3_000, Noon.AddHours(3)));

        long[] balances =
        [
            .. await Task.WhenAll(new[] { -0.001, 0, 1, 2, 3600 }.Select(hours =>
                books.BalanceAsync("wallet:u-1", "CNY", Noon.AddHours(hours), default).AsTask())),
        ];

        Assert.Equal([0, 10_000, 8_000, 7_000, 4_000], balances);
        Assert.Equal(0, await books.BalanceAsync("wallet:u-1", "USD", Noon.AddYears(1), default));
        Assert.Equal(4_000, await books.BalanceAsync("wallet:u-1"));
    }

    [StorageFact]
    public async Task AccountsHaveABalanceInEachOfTheirUnits()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(
            ToppedUp("u-1", 10_000),
            Posted("p", new Posting("wallet:u-1", "points", 30), new Posting("points:issued", "points", -30)));

        Assert.Equal(
            [new("wallet:u-1", "CNY", 10_000), new("wallet:u-1", "points", 30)],
            await books.BalancesAsync("wallet:u-1", default));
        Assert.Empty(await books.BalancesAsync("wallet:u-2", default));
        Assert.Equal(0, await books.BalanceAsync("wallet:u-2"));
    }

    [StorageFact]
    public async Task PostingsAreReadInOrderOfOneAccountAndOfAll()
    {
        var books = Site.Open().Books;
        await books.WriteAsync(
            ToppedUp("u-1", 10_000), Wrote("w", New("order", "o-9")), Sold("o-1", "u-1", 1_000, Noon.AddHours(2)));

        var own = await books.PostingsAsync("wallet:u-1", default, 10, default);
        var first = await books.PostingsAsync(null, default, 3, default);
        var rest = await books.PostingsAsync(null, first[^1].Place, 3, default);

        Assert.Equal(
            [
                new(new(1, 2), Noon, "topup:u-1:1", "topup", "wallet:u-1", "CNY", 10_000),
                new(new(3, 1), Noon.AddHours(2), "order:o-1:paid", "sale", "wallet:u-1", "CNY", -1_000),
            ],
            own);
        Assert.Equal([new(1, 1), new(1, 2), new(3, 1)], first.Select(posting => posting.Place));
        Assert.Equal([new(3, 2), new(3, 3)], rest.Select(posting => posting.Place));
        Assert.Single(await books.PostingsAsync("wallet:u-1", new(1, 2), 10, default));
    }

    [StorageFact]
    public async Task EntriesOfOneGroupSeeEachOther()
    {
        var storage = Site.Open();
        var books = storage.Books;
        await books.WriteAsync(ToppedUp("u-1", 1_000));

        Task<BookOutcome>[] gathered;
        Task first;
        using (var stall = Site.StallWriter(storage))
        {
            first = stall.Occupy(() => books.CommitAsync(ToppedUp("u-2", 1)).AsTask());
            gathered =
            [
                .. new[]
                {
                    Sold("o-1", "u-1", 600),
                    Sold("o-1", "u-1", 600),
                    Sold("o-2", "u-1", 600),
                    Wrote("w", Changed("order", "o-1", 1, """{"state":"refunded"}""", ["refunds"])),
                    Wrote("x", Changed("order", "o-1", 1)),
                    Sold("o-3", "u-1", 400),
                }.Select(entry => books.CommitAsync(entry).AsTask()),
            ];
        }
        await first;
        var outcomes = await Task.WhenAll(gathered);

        Assert.Equal(
            [
                BookResult.Written, BookResult.Repeated, BookResult.Refused, BookResult.Written, BookResult.Conflict,
                BookResult.Written,
            ],
            outcomes.Select(outcome => outcome.Result));
        Assert.Equal([1], outcomes[1].Numbers);
        Assert.Equal(outcomes[0].Seq, outcomes[1].Seq);
        Assert.Equal([2], outcomes[5].Numbers);
        Assert.Equal(0, await books.BalanceAsync("wallet:u-1"));
        Assert.Equal((2, """{"state":"refunded"}"""), Seen(await books.FindAsync("order", "o-1")));
        Assert.Equal(["o-1"], await books.IdsAsync("refunds"));
        Assert.Equal(["o-1", "o-3"], await books.IdsAsync("orders"));
        await books.AssertSoundAsync();

        static (long, string) Seen(BookDocument? document) => (document!.Version, document.Text());
    }

    [StorageFact]
    public async Task FullQueueRefusesAtOnceAndTakesTheSameLater()
    {
        var storage = Site.Open(options => options.WriteQueueMax = 6);
        var books = storage.Books;

        Task<BookOutcome> first, second;
        BusyException busy;
        using (var stall = Site.StallWriter(storage))
        {
            first = stall.Occupy(() => books.CommitAsync(ToppedUp("u-1", 50)).AsTask());
            second = books.CommitAsync(ToppedUp("u-2", 5)).AsTask();
            busy = await Assert.ThrowsAsync<BusyException>(() =>
                books.CommitAsync(Sold("o-1", "u-1", 50)).AsTask());
        }
        await Task.WhenAll(first, second);

        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        await books.WriteAsync(Sold("o-1", "u-1", 50));
    }

    [StorageFact]
    public async Task BooksAreThereAfterReopeningAndGoOn()
    {
        using (var storage = Site.Open())
            await storage.Books.WriteAsync(ToppedUp("u-1", 1_000), Sold("o-1", "u-1", 600));

        var books = Site.Open().Books;
        var repeated = await books.CommitAsync(Sold("o-1", "u-1", 600));
        var next = await books.CommitAsync(Sold("o-2", "u-1", 400));

        Assert.Equal((BookResult.Repeated, 2), (repeated.Result, repeated.Seq));
        Assert.Equal((BookResult.Written, 3), (next.Result, next.Seq));
        Assert.Equal([2], next.Numbers);
        await books.AssertSoundAsync();
    }

    public sealed class OnSqlite() : BooksTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : BooksTests(new PostgresSite());
}
