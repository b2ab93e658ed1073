namespace Engage.Storage.Tests;

/// <summary>What only real processes can show.</summary>
public abstract class ProcessTests : StorageSuite
{
    private protected ProcessTests(StorageSite site) : base(site) { }

    [StorageTheory]
    [InlineData(1, 40)]
    [InlineData(16, 700)]
    [InlineData(64, 3_000)]
    public async Task KilledProcessLosesNothingItAcknowledged(int workers, int linesBeforeKill)
    {
        using var appender = Site.StartAppender(workers);
        var acknowledged = new List<string>();
        while (acknowledged.Count < linesBeforeKill && await appender.StandardOutput.ReadLineAsync() is { } line)
            acknowledged.Add(line);

        appender.Kill(); // SIGKILL: no handler runs
        while (await appender.StandardOutput.ReadLineAsync() is { } line) acknowledged.Add(line);
        await appender.WaitForExitAsync();

        var journal = Site.Open().Journal;
        var stored = new Dictionary<string, string>();
        for (var partition = 0; partition < journal.PartitionCount; partition++)
        {
            var events = await journal.ReadAllAsync(partition);
            Assert.Equal(
                Enumerable.Range(1, events.Count).Select(offset => (long)offset),
                events.Select(entry => entry.Offset));
            foreach (var (offset, activity) in events)
                stored.Add($"{activity.User} {activity.EventId}", $"{partition} {offset}");
        }

        Assert.True(acknowledged.Count >= linesBeforeKill, await appender.StandardError.ReadToEndAsync());
        foreach (var line in Complete(acknowledged))
        {
            var words = line.Split(' ');
            Assert.Equal($"{words[2]} {words[3]}", stored[$"{words[0]} {words[1]}"]);
        }
        await AssertRetriesAreHarmlessAsync(journal, Complete(acknowledged));
    }

    /// <summary>A kill can cut the last line in two; then it was not said.</summary>
    private static List<string> Complete(List<string> lines) =>
        [.. lines.SkipLast(1).Where(line => line.Split(' ') is { Length: 4 })];

    private static async Task AssertRetriesAreHarmlessAsync(IActivityJournal journal, List<string> acknowledged)
    {
        foreach (var lines in acknowledged.Select(line => line.Split(' ')).Chunk(1_000))
        {
            var receipts = await journal.AppendAsync(
                [.. lines.Select(words => Events.Viewed(words[0], 0) with { EventId = Guid.Parse(words[1]) })],
                default);

            Assert.All(receipts, receipt => Assert.True(receipt.Duplicate));
            Assert.Equal(lines.Select(words => words[3]), receipts.Select(receipt => $"{receipt.Position.Offset}"));
        }
    }

    public sealed class OnSqlite() : ProcessTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : ProcessTests(new PostgresSite());
}
