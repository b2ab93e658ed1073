using Engage.Contracts;

namespace Engage.Storage.Tests;

/// <summary>A process that is killed while it appends to rooms.</summary>
public abstract class RoomProcessTests : StorageSuite
{
    private protected RoomProcessTests(StorageSite site) : base(site) { }

    [StorageTheory]
    [InlineData(1, 100)]
    [InlineData(20, 3_000)]
    public async Task KilledProcessLosesNoEntryItAcknowledgedAndLeavesNoGap(int entries, int linesBeforeKill)
    {
        var acknowledged = new List<string>();
        for (var life = 0; life < 2; life++)
        {
            using var appender = Site.StartRoomAppender(entries);
            var goal = acknowledged.Count + linesBeforeKill;
            while (acknowledged.Count < goal && await appender.StandardOutput.ReadLineAsync() is { } line)
                acknowledged.Add(line);
            Assert.True(acknowledged.Count >= goal, "It ended by itself.");

            appender.Kill(); // SIGKILL: no handler runs
            while (await appender.StandardOutput.ReadLineAsync() is { } line) acknowledged.Add(line);
            await appender.WaitForExitAsync();
            // A kill can cut the last line in two; then it was not said.
            acknowledged.RemoveAt(acknowledged.Count - 1);
        }

        var log = Site.Open().Rooms;
        var stored = new Dictionary<string, long>();
        for (var room = 0; room < 8; room++)
        {
            var all = await log.ReadAllAsync(new RoomId($"room-{room}"));
            Assert.Equal(Enumerable.Range(1, all.Count).Select(seq => (long)seq), all.Select(entry => entry.Seq));
            // An append is there as a whole or not at all.
            Assert.Equal(0, all.Count % entries);
            foreach (var entry in all) stored.Add($"room-{room} {entry.MessageId}", entry.Seq);
        }
        foreach (var words in acknowledged.Select(line => line.Split(' ')))
            Assert.Equal(words[2], $"{stored[$"{words[0]} {words[1]}"]}");
    }

    public sealed class OnSqlite() : RoomProcessTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : RoomProcessTests(new PostgresSite());
}
