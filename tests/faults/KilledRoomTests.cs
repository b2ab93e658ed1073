using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Engage.Faults.Tests;

/// <summary>
/// A lecture on a server that is killed with SIGKILL again and again: what was acknowledged is in the log, once; the
/// log has no gap; and everybody ends with the same transcript.
/// </summary>
public sealed class KilledRoomTests(ITestOutputHelper output)
{
    private const string Room = "r-killed";
    private const int People = 40;
    private const double Rate = 40;
    private const double PhaseSeconds = 5;

    /// <summary>Set this variable to kill more often than a run of all tests has time for.</summary>
    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("ENGAGE_KILLS"), out var kills) ? kills : 3;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("ENGAGE_SEED"), out var seed) ? seed : 20261122;

    [Fact]
    public async Task AfterEveryKillEverybodyHasTheSameTranscriptWithAllThatWasAcknowledged()
    {
        using var key = TokenKey.Create();
        await using var server = ServerProcess.Start(Assembly(), new() { Key = key });
        using var client = new EngageClient(
            server.Address, server.Account, new(new() { GiveUpAfter = TimeSpan.FromMinutes(2) }), TimeProvider.System);
        await server.WaitReadyAsync(client, CancellationToken.None);
        var hall = new LectureHall(client, server.Address);
        var people = await new MintedPeople(key, TimeProvider.System)
            .TakeAsync(People + 1, _ => { }, CancellationToken.None);
        var target = await hall.OpenAsync(Room, people, CancellationToken.None);
        // The first moderates and sees more than the others.
        target = target with { Tokens = [.. target.Tokens.Skip(1)] };
        await using var fleet = LoadFleet.Start(workers: 2, Seed);
        await fleet.EnterAsync(target, People, 0, 0, CancellationToken.None);

        var (killed, last) = await LectureAsync(server, client, fleet);
        var log = await hall.ReadAsync(Room, target.Tokens[0], CancellationToken.None);
        var check = await fleet.CheckAsync(
            [.. log.Select(entry => (entry.Seq, entry.Kind == "said" ? entry.Id : null))], CancellationToken.None);
        await server.StopAsync();

        output.WriteLine($"seed {Seed}: {killed} kills, {log.Count} entries, {check}");
        Assert.Equal(Kills, killed);
        Assert.Equal((0, 0), (last.Unanswered, last.Behind));
        Assert.Equal((0, 0), (check.Missing, check.Repeated));
        Assert.Equal((0, 0, 0), (check.Lost, check.Doubled, check.OutOfOrder));
        Assert.Equal(0, check.Reloads);
        Assert.True(check.Received > Kills * People);
        AssertNoGap(Path.Combine(server.Folder, "engage.db"));
    }

    /// <summary>Kills the server each time that it has acknowledged something, until it was often enough.</summary>
    private async Task<(int Killed, PhaseResult Last)> LectureAsync(
        ServerProcess server, EngageClient client, LoadFleet fleet)
    {
        var killed = 0;
        for (var phase = 1; ; phase++)
        {
            var (killing, killsNow) = (Task.CompletedTask, killed);
            var result = await fleet.RunAsync(
                new()
                {
                    Begin = 0, Seconds = PhaseSeconds, Rate = Rate, Shape = "lecture", DrainSeconds = 120, Seed = phase,
                },
                second =>
                {
                    if (killsNow >= Kills || second.Acknowledged == 0 || !killing.IsCompletedSuccessfully)
                        return;
                    killsNow++;
                    killing = KillAsync(server, client);
                },
                CancellationToken.None);
            await killing;
            output.WriteLine(
                $"phase {phase}: {killsNow - killed} kills, {result.Acknowledged} of {result.Offered} acknowledged, "
                + $"{result.Disconnected} disconnected, {result.LastFailure}");
            Assert.True(killsNow > killed || killed == Kills, "the server acknowledged nothing in a whole phase");
            killed = killsNow;
            if (killed == Kills)
                return (killed, result);
        }
    }

    private static async Task KillAsync(ServerProcess server, EngageClient client)
    {
        await server.KillAsync();
        server.Start();
        await server.WaitReadyAsync(client, CancellationToken.None);
    }

    /// <summary>Also over what nobody sees: votes, reactions to messages, presence.</summary>
    private static void AssertNoGap(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), min(seq), max(seq) FROM room_log WHERE room = $room";
        command.Parameters.AddWithValue("$room", Room);
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.True(row.GetInt64(0) > 0);
        Assert.Equal((1, row.GetInt64(0)), (row.GetInt64(1), row.GetInt64(2)));
    }

    private static string Assembly() => ServerProcess.FindAssembly() ?? throw new InvalidOperationException(
        $"The server is not built: build api/Engage.Api.csproj, or give its path in {ServerProcess.PathVariable}.");
}
