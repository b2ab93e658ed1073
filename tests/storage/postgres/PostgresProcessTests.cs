using System.Diagnostics;
using Engage.Postgres.Facts;

namespace Engage.Storage.Tests;

/// <summary>Two real processes that send the same events to one database.</summary>
public sealed class PostgresProcessTests : IDisposable
{
    private const int Lines = 600;

    private readonly PostgresSite _site = new();

    public void Dispose() => _site.Dispose();

    [PostgresFact]
    public async Task TwoProcessesAgreeOnEveryPlaceAndAKillOfOneHarmsNobody()
    {
        using var one = _site.StartAppender(workers: 8);
        using var two = _site.StartAppender(workers: 8);

        var fromOne = await ReadAsync(one, Lines);
        fromOne.AddRange(await KillAsync(one));
        var fromTwo = await ReadAsync(two, Lines);
        fromTwo.AddRange(await KillAsync(two));

        var stored = await StoredAsync();
        Assert.All(fromOne.Concat(fromTwo), line =>
        {
            var words = line.Split(' ');
            Assert.Equal($"{words[2]} {words[3]}", stored[$"{words[0]} {words[1]}"]);
        });
        Assert.True(fromOne.Count >= Lines && fromTwo.Count >= Lines);
    }

    private static async Task<List<string>> ReadAsync(Process process, int lines)
    {
        var read = new List<string>();
        while (read.Count < lines && await process.StandardOutput.ReadLineAsync() is { } line) read.Add(line);
        if (read.Count < lines) Assert.Fail(await process.StandardError.ReadToEndAsync());
        return read;
    }

    /// <returns>What it had still said; a line that the kill cut in two was not.</returns>
    private static async Task<IEnumerable<string>> KillAsync(Process process)
    {
        process.Kill();
        var rest = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        return rest.SkipLast(1);
    }

    private async Task<Dictionary<string, string>> StoredAsync()
    {
        var journal = _site.Open().Journal;
        var stored = new Dictionary<string, string>();
        for (var partition = 0; partition < journal.PartitionCount; partition++)
        {
            var events = await journal.ReadAllAsync(partition);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(entry => entry.Offset));
            foreach (var (offset, activity) in events)
                stored.Add($"{activity.User} {activity.EventId}", $"{partition} {offset}");
        }
        return stored;
    }
}
