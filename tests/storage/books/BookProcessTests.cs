using System.Globalization;
using Engage.Postgres.Facts;
using Engage.Storage.Books;

namespace Engage.Storage.Tests.Books;

/// <summary>A process that is killed while it writes into the books.</summary>
public abstract class BookProcessTests : StorageSuite
{
    private protected BookProcessTests(StorageSite site) : base(site) { }

    [StorageTheory]
    [InlineData(1, 60)]
    [InlineData(64, 2_000)]
    public async Task KilledProcessLosesNoEntryItAcknowledgedAndWritesNoneTwice(int workers, int linesBeforeKill)
    {
        var acknowledged = new Dictionary<string, (long Seq, long Number)>();
        for (var life = 0; life < 3; life++)
        {
            using var appender = Site.StartBookAppender(workers);
            var lines = new List<string>();
            while (lines.Count < linesBeforeKill && await appender.StandardOutput.ReadLineAsync() is { } line)
                lines.Add(line);
            Assert.True(lines.Count == linesBeforeKill, "It ended by itself.");

            // Beside it, or on what it left: what it wrote so far is whole.
            var during = await BookVerifier.RunAsync(Site.Options(), null, default);
            appender.Kill(); // SIGKILL: no handler runs
            while (await appender.StandardOutput.ReadLineAsync() is { } line) lines.Add(line);
            await appender.WaitForExitAsync();
            // A kill can cut the last line in two; then it was not said.
            Read(lines.SkipLast(1), acknowledged);
            var afterwards = await BookVerifier.RunAsync(Site.Options(), null, default);

            Assert.Null(during.Fault);
            Assert.Null(afterwards.Fault);
            Assert.InRange(afterwards.Entries, acknowledged.Values.Max(one => one.Seq), long.MaxValue);
        }

        var books = Site.Open().Books;
        foreach (var (key, (seq, number)) in acknowledged)
        {
            var outcome = await books.CommitAsync(BookEntries.Moved(key, "a", "b", 1));
            Assert.Equal((BookResult.Repeated, seq), (outcome.Result, outcome.Seq));
            Assert.Equal([number], outcome.Numbers);
        }
        var entries = Site.Query("SELECT count(*) FROM book_entry");
        Assert.Equal(entries * 10, await books.BalanceAsync("platform:income"));
        Assert.Equal(entries * -100, await books.BalanceAsync("provider:card"));
        await books.AssertSoundAsync();
    }

    private static void Read(IEnumerable<string> lines, Dictionary<string, (long, long)> acknowledged)
    {
        foreach (var words in lines.Select(line => line.Split(' ')))
        {
            var place = (Number(words[1]), Number(words[2]));
            // A later life is told the same places again.
            if (!acknowledged.TryAdd(words[0], place)) Assert.Equal(place, acknowledged[words[0]]);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    public sealed class OnSqlite() : BookProcessTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : BookProcessTests(new PostgresSite());
}

/// <summary>Several processes on the same books: what only a server can offer.</summary>
public sealed class SharedBooksTests : IDisposable
{
    private readonly PostgresSite _site = new();

    public void Dispose() => _site.Dispose();

    [PostgresFact]
    public async Task EntrySentToBothIsWrittenOnceAndOneChainHoldsAll()
    {
        var books = new[] { _site.Open().Books, _site.Open().Books, _site.Open().Books };
        await books[0].WriteAsync(BookEntries.ToppedUp("u-1", 10_000));

        // 300 sales of 100 each, each sent to two of the three; the wallet pays for 100 of them.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => new[] { i, i + 1 }.Select(which =>
            books[which % 3].CommitAsync(BookEntries.Sold($"o-{i}", "u-1", 100)).AsTask())));

        Assert.Equal(100, outcomes.Count(outcome => outcome.Result == BookResult.Written));
        Assert.Equal(100, outcomes.Count(outcome => outcome.Result == BookResult.Repeated));
        Assert.Equal(0, await books[1].BalanceAsync("wallet:u-1"));
        Assert.Equal(
            Enumerable.Range(1, 100).Select(number => (long)number),
            outcomes.Where(one => one.Result == BookResult.Written).Select(one => one.Numbers[0]).Order());
        await books[2].AssertSoundAsync();
    }

    [PostgresFact]
    public async Task ProcessThatIsKilledInAGroupHoldsUpNobodyElse()
    {
        using var killed = _site.StartBookAppender(32);
        using var living = _site.StartBookAppender(32);
        for (var line = 0; line < 500; line++) await killed.StandardOutput.ReadLineAsync();

        killed.Kill();
        for (var line = 0; line < 2_000; line++) Assert.NotNull(await living.StandardOutput.ReadLineAsync());
        living.Kill();
        await living.WaitForExitAsync();

        Assert.Null((await BookVerifier.RunAsync(_site.Options(), null, default)).Fault);
    }
}
