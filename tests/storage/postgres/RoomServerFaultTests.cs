using Engage.Postgres;
using Engage.Postgres.Facts;
using Orleans.Storage;

namespace Engage.Storage.Tests;

/// <summary>
/// A server that dies, restarts or drops its clients while rooms append; and two processes on one
/// room.
/// </summary>
public sealed class RoomServerFaultTests
{
    [PostgresFact]
    public async Task KilledServerLosesNoEntryItAcknowledgedAndServiceResumesByItself()
    {
        using var server = PostgresServer.Start();
        using var site = new PostgresSite(server);
        var log = site.Open().Rooms;
        await using var load = new RoomLoad(log, rooms: 8);

        for (var time = 0; time < 3; time++)
        {
            load.WaitForMore(300);
            server.Kill();
            server.Start();
        }
        load.WaitForMore(300);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(site.Open().Rooms);
    }

    [PostgresFact]
    public async Task TerminatedConnectionsAreReplacedAndARepeatedGroupKnowsItsOwnEntries()
    {
        using var site = new PostgresSite();
        var log = site.Open().Rooms;
        await using var load = new RoomLoad(log, rooms: 8);

        for (var time = 0; time < 8; time++)
        {
            load.WaitForMore(100);
            site.Execute("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """);
        }
        load.WaitForMore(100);
        await load.StopAsync();

        await load.AssertNothingIsLostAsync(log);
    }

    [PostgresFact]
    public async Task OfTwoProcessesThatAppendToOneRoomEachPlaceGoesToOne()
    {
        using var site = new PostgresSite();
        IRoomLog[] processes = [site.Open().Rooms, site.Open().Rooms];

        var taken = await Task.WhenAll(processes.Select(async (log, process) =>
        {
            var own = new HashSet<long>();
            while (own.Count < 150)
            {
                var next = await log.HeadAsync(RoomEntries.Here, default) + 1;
                try
                {
                    await log.AppendAsync(RoomEntries.Here, RoomEntries.Said(next, 3, $"u-{process}"), default);
                    own.UnionWith([next, next + 1, next + 2]);
                }
                catch (InconsistentStateException)
                {
                    // The other was first; it looks again.
                }
            }
            return own;
        }));

        var entries = await processes[0].ReadAllAsync(RoomEntries.Here);
        Assert.Equal(Enumerable.Range(1, 300).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        foreach (var entry in entries)
            Assert.Contains(entry.Seq, taken[entry.By!.Value.Value == "u-0" ? 0 : 1]);
    }
}
