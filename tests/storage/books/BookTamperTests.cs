using Engage.Storage.Books;
using static Engage.Storage.Tests.Books.BookEntries;

namespace Engage.Storage.Tests.Books;

/// <summary>What is changed behind the books' back, and found by verifying.</summary>
public abstract class BookTamperTests : StorageSuite
{
    private protected BookTamperTests(StorageSite site) : base(site) { }

    private IBooks Books { get; set; } = null!;

    [StorageTheory]
    [InlineData(0)]
    [InlineData(13)]
    public async Task OneFlippedBitInAnyColumnOfAnyRowIsFound(int at)
    {
        using var editor = await FillAsync();
        var flips = 0;
        foreach (var table in BookRowsEditor.Tables.Keys)
        {
            foreach (var row in editor.Rows(table))
            {
                foreach (var (column, value) in row)
                {
                    // The database itself allows no second head.
                    if ((table, column) is ("book_head", "id")) continue;
                    var flipped = value is DBNull && column == "series"
                        ? "x" : BookRowsEditor.Flipped(value, BitOf(table, column, at + flips));
                    var changed = new Dictionary<string, object>(row) { [column] = flipped };

                    editor.Set(table, row, column, flipped);
                    var fault = (await Books.VerifyAsync(null, default)).Fault;
                    editor.Set(table, changed, column, value);

                    Assert.True(
                        fault is not null, $"{table}.{column} of {BookRowsEditor.Describe(row)} was not found.");
                    if (table is "book_posting") AssertNames(row, column, fault);
                    flips++;
                }
            }
        }
        Assert.InRange(flips, 150, 1_000);
        await Books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task DeletedAndInsertedRowsAreFound()
    {
        using var editor = await FillAsync();
        foreach (var table in BookRowsEditor.Tables.Keys)
        {
            foreach (var row in editor.Rows(table))
            {
                editor.Delete(table, row);
                await AssertFoundAsync($"{table} without {BookRowsEditor.Describe(row)}");
                editor.Insert(table, row);

                if (table == "book_head") continue;
                var key = BookRowsEditor.Tables[table][^1];
                var more = new Dictionary<string, object>(row) { [key] = Another(row[key]) };
                if (table == "book_entry") more["key"] = "another";
                if (table == "book_document") more["number"] = more["series"] = DBNull.Value;
                editor.Insert(table, more);
                await AssertFoundAsync($"{table} with {BookRowsEditor.Describe(more)}");
                editor.Delete(table, more);
            }
        }
        await Books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task TruncatedTablesAreFound()
    {
        using var editor = await FillAsync();
        foreach (var table in BookRowsEditor.Tables.Keys)
        {
            var rows = editor.Rows(table);
            editor.Execute($"DELETE FROM {table}");
            await AssertFoundAsync($"{table} without rows");
            foreach (var row in rows) editor.Insert(table, row);
        }
        await Books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task EndOfTheChainThatWasCutOffIsFound()
    {
        using var editor = await FillAsync();
        var last = editor.Rows("book_entry")[^1]["seq"];
        foreach (var table in new[] { "book_entry", "book_posting" })
            editor.Execute($"DELETE FROM {table} WHERE seq = {last}");
        editor.Execute($"DELETE FROM book_document WHERE entry = {last}");
        editor.Execute($"DELETE FROM book_key WHERE place / 1000 = {last}");

        var fault = (await Books.VerifyAsync(null, default)).Fault;

        Assert.Equal(new PostingPlace((long)last, 0), fault!.Place);
        Assert.Contains("head", fault.What, StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task SwappedRowsAreFound()
    {
        using var editor = await FillAsync();
        foreach (var (table, columns) in new[]
        {
            ("book_posting", new[] { "amount" }), ("book_posting", ["account"]), ("book_posting", ["amount", "hash"]),
            ("book_document", ["body"]), ("book_entry", ["at_ms"]), ("book_entry", ["kind", "hash"]),
            ("book_account", ["balance"]),
        })
        {
            var rows = editor.Rows(table);
            var one = rows[0];
            var two = rows.First(row => columns.All(column => !AreSame(row[column], one[column])));
            foreach (var column in columns)
            {
                editor.Set(table, one, column, two[column]);
                editor.Set(table, two, column, one[column]);
            }
            await AssertFoundAsync($"{string.Join(", ", columns)} of {table} swapped");
            foreach (var column in columns)
            {
                editor.Set(table, one, column, one[column]);
                editor.Set(table, two, column, two[column]);
            }
        }
        await Books.AssertSoundAsync();
    }

    [StorageFact]
    public async Task DocumentThatWasSetBackToAnOlderVersionIsFoundAndNamed()
    {
        using var editor = await FillAsync();
        var before = editor.Rows("book_document");
        await Books.WriteAsync(Wrote("late", Changed("order", "o-1", 2, """{"state":"refunded"}""", ["late"])));
        var after = editor.Rows("book_document");
        var older = before.Single(row => row["id"].Equals("o-1"));

        foreach (var (column, value) in older) editor.Set("book_document", older, column, value);
        var fault = (await Books.VerifyAsync(null, default)).Fault;

        Assert.NotEqual(older["version"], after.Single(row => row["id"].Equals("o-1"))["version"]);
        Assert.Equal("order o-1", fault!.What);
        Assert.Equal(("version 3 or newer", "version 2"), (fault.Expected, fault.Actual));
    }

    [StorageFact]
    public async Task TheFirstOfSeveralBadPostingsIsNamed()
    {
        using var editor = await FillAsync();
        editor.Execute("UPDATE book_posting SET amount = amount + 1 WHERE seq >= 3 AND line = 2");

        var verdict = await Books.VerifyAsync(null, default);

        Assert.Equal(new PostingPlace(3, 2), verdict.Fault!.Place);
        Assert.Equal((2, 6), (verdict.Entries, verdict.Postings));
    }

    [StorageFact]
    public async Task ChainThatSomebodyComputedAnewDoesNotHideWhatNoLongerAddsUp()
    {
        using var editor = await FillAsync();
        Rechained.Write(editor, posting => posting with { Amount = posting.Amount + 1 });
        Assert.Contains("sum of entry", (await FaultAsync()).What, StringComparison.Ordinal);

        Rechained.Write(editor, posting => posting with
        {
            // Of all that have 1 too much by now: the first keeps it, the second pays for it.
            Amount = posting.Line switch { 1 => posting.Amount, 2 => posting.Amount - 2, _ => posting.Amount - 1 },
        });
        Assert.Contains("balance of", (await FaultAsync()).What, StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task BalanceBelowAFloorIsFoundEvenIfAllElseAddsUp()
    {
        using var editor = await FillAsync();
        Rechained.Write(editor, posting => posting with { Floor = posting.Floor is null ? null : 1_000_000 });

        var fault = await FaultAsync();

        Assert.Equal(("balance of wallet:u-1 CNY after the entry", "at least 1000000"), (fault.What, fault.Expected));
        Assert.Equal(new PostingPlace(2, 1), fault.Place);
    }

    [StorageFact]
    public async Task ProgressEndsWhereItSaidItWouldAndEmptyBooksAreSound()
    {
        Books = Site.Open().Books;
        Assert.Equal(
            new BookVerdict(0, 0, $"0:{new string('0', 64)}", null), await Books.VerifyAsync(null, default));

        for (var i = 0; i < 40; i++)
            await Task.WhenAll(Enumerable.Range(0, 100)
                .Select(n => Books.CommitAsync(Moved($"m-{i}-{n}", "a", $"b-{n % 7}", 1)).AsTask()));
        var reports = new List<VerifyProgress>();
        var verdict = await Books.VerifyAsync(new Heard(reports), default);

        Assert.Equal((4_000, 8_000, null), (verdict.Entries, verdict.Postings, verdict.Fault));
        Assert.StartsWith("4000:", verdict.Head, StringComparison.Ordinal);
        Assert.True(reports.Count > 2);
        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        Assert.All(reports, report => Assert.Equal(20_000, report.Total));
        Assert.Equal(20_000, reports[^1].Done);
    }

    private async Task<BookRowsEditor> FillAsync()
    {
        Books = Site.Open().Books;
        await Books.WriteAsync(
            ToppedUp("u-1", 20_000),
            Sold("o-1", "u-1", 9_900),
            Sold("o-2", "u-1", 100, Noon.AddSeconds(1)),
            Wrote("w", Changed("order", "o-1", 1, """{"state":"delivered"}""", ["delivered", "orders"])),
            Posted("p", new Posting("wallet:u-1", "points", 30), new Posting("points:issued", "points", -30)),
            Sold("o-3", "u-1", 1_000));
        await Books.AssertSoundAsync();
        return new(Site.Connect());
    }

    private async Task<BookFault> FaultAsync() => (await Books.VerifyAsync(null, default)).Fault!;

    private async Task AssertFoundAsync(string what) =>
        Assert.True((await Books.VerifyAsync(null, default)).Fault is not null, $"{what} was not found.");

    /// <summary>High enough in what is unique that no other row has what comes of it.</summary>
    private static int BitOf(string table, string column, int at) =>
        column == "number" || BookRowsEditor.Tables[table].Contains(column) ? 10 + (at % 16) : at;

    private static bool AreSame(object one, object two) =>
        one is byte[] bytes ? bytes.AsSpan().SequenceEqual((byte[])two) : one.Equals(two);

    /// <summary>The row that was changed; where its place was, the row that is missing.</summary>
    private static void AssertNames(Dictionary<string, object> row, string column, BookFault fault)
    {
        var (seq, line) = (Convert.ToInt64(row["seq"], null), Convert.ToInt32(row["line"], null));
        if (column is not ("seq" or "line")) Assert.Equal(new PostingPlace(seq, line), fault.Place);
        else Assert.True(fault.Place <= new PostingPlace(seq, line));
    }

    private static object Another(object value) => value switch
    {
        long number => number + 100,
        int number => number + 100,
        string text => text + "~",
        _ => throw new ArgumentException($"No key: {value.GetType()}"),
    };

    private sealed class Heard(List<VerifyProgress> reports) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value) => reports.Add(value);
    }

    public sealed class OnSqlite() : BookTamperTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : BookTamperTests(new PostgresSite());
}
