using Engage.Storage.Books;
using Engage.Storage.Sqlite;
using static Engage.Storage.Tests.Books.BookEntries;

namespace Engage.Storage.Tests.Books;

/// <summary>What is particular to a file: any byte of it may have changed.</summary>
public sealed class SqliteBookFileTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task NoFlippedBitOfTheFileChangesWhatTheBooksSayWithoutBeingFound(int seed)
    {
        await FillAsync();
        var (random, whole) = (new Random(seed), await File.ReadAllBytesAsync(_folder.File));
        var pages = BookPages();
        var said = await DumpAsync();
        var found = 0;
        for (var flip = 0; flip < 250; flip++)
        {
            // Half of them in the books' own pages, half anywhere.
            var at = flip % 2 == 0
                ? (4_096 * (pages[random.Next(pages.Length)] - 1)) + random.Next(4_096)
                : random.Next(whole.Length);
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_folder.File, damaged);

            var verdict = await BookVerifier.RunAsync(new() { Path = _folder.Path }, null, default);

            if (verdict.Fault is not null) found++;
            else Assert.True(said.SequenceEqual(await DumpAsync()), $"The bit at {at} was not found.");
            foreach (var log in new[] { "-wal", "-shm" }) File.Delete(_folder.File + log);
        }
        Assert.InRange(found, 60, 250);
    }

    [Fact]
    public async Task BooksAreVerifiedBesideARunningWriterAndInAFolderThatNobodyHasOpen()
    {
        var options = new StorageOptions { Path = _folder.Path };
        var database = _folder.Open();
        var books = new SqliteBooks(database);
        await books.WriteAsync(ToppedUp("u-1", 1_000));
        var running = await BookVerifier.RunAsync(options, null, default);
        await books.WriteAsync(Sold("o-1", "u-1", 500));
        database.Dispose();

        var stopped = await BookVerifier.RunAsync(options, null, default);

        Assert.Equal((1, null), (running.Entries, running.Fault));
        Assert.Equal((2, null), (stopped.Entries, stopped.Fault));
        await Assert.ThrowsAsync<StorageException>(() =>
            BookVerifier.RunAsync(new() { Path = _folder.Path + "-none" }, null, default));
        Assert.False(Directory.Exists(_folder.Path + "-none"));
    }

    [Fact]
    public void EveryListIsReadFromAnIndex()
    {
        using var database = _folder.Open();
        using var connection = _folder.Connect();
        foreach (var sql in new[]
        {
            "SELECT place FROM book_key WHERE key = 'a' AND place > 1 ORDER BY place LIMIT 2",
            "SELECT place FROM book_key WHERE key = 'a' AND kind = 'b' AND place < 9 ORDER BY place DESC LIMIT 2",
            "SELECT sum(amount) FROM book_posting WHERE account = 'a' AND unit = 'b' AND at_ms <= 5",
            "SELECT line FROM book_posting WHERE account = 'a' AND (seq, line) > (1, 2) ORDER BY seq, line LIMIT 2",
        })
        {
            using var command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
            using var plan = command.ExecuteReader();
            Assert.True(plan.Read());
            Assert.StartsWith("SEARCH", plan.GetString(3), StringComparison.Ordinal);
            Assert.False(plan.Read(), "It is sorted afterwards.");
        }
    }

    private async Task FillAsync()
    {
        using var database = _folder.Open();
        var books = new SqliteBooks(database);
        await books.WriteAsync(
            ToppedUp("u-1", 20_000), Sold("o-1", "u-1", 9_900), Sold("o-2", "u-1", 100),
            Wrote("w", Changed("order", "o-1", 1, """{"state":"delivered"}""", ["delivered"])));
    }

    private int[] BookPages()
    {
        using var connection = _folder.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rootpage FROM sqlite_schema WHERE tbl_name LIKE 'book!_%' ESCAPE '!'";
        using var reader = command.ExecuteReader();
        var pages = new List<int>();
        while (reader.Read()) pages.Add(reader.GetInt32(0));
        return [.. pages];
    }

    /// <summary>All that the books say.</summary>
    private async Task<List<string>> DumpAsync()
    {
        var said = new List<string>();
        await using var source = new SqliteBookSource(_folder.File);
        await AddAsync(source.Entries(), row => $"{row} {Hex(row.Documents)} {Hex(row.Hash)}");
        await AddAsync(source.Postings(), row => $"{row} {Hex(row.Hash)}");
        await AddAsync(source.Documents(), row => $"{row} {Hex(row.Body.ToArray())}");
        await AddAsync(source.Keys(), row => $"{row}");
        await AddAsync(source.Balances(), row => $"{row}");
        await AddAsync(source.LastNumbers(), row => $"{row}");
        said.Add($"{await source.HeadAsync()}");
        return said;

        static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

        async Task AddAsync<T>(RowStream<T> rows, Func<T, string> text)
            where T : class
        {
            await using (rows)
                for (; await rows.PeekAsync() is { } row; rows.Take()) said.Add(text(row));
        }
    }
}
