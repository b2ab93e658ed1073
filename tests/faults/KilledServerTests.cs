using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;
using Engage.LoadGen.Servers;
using Xunit.Abstractions;

namespace Engage.Faults.Tests;

/// <summary>
/// The promise that everything else stands on: an event that was acknowledged is applied exactly once, whatever happens
/// to the process. A real server is killed with SIGKILL while several connections send, and started again on what it
/// left on disk.
/// </summary>
public sealed class KilledServerTests(ITestOutputHelper output)
{
    private const int Events = 6_000;
    private const int Connections = 5;
    private const int Kills = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Set this variable to a seed from a failed run to see it again.</summary>
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("ENGAGE_SEED"), out var seed) ? seed : 20261122;

    [Fact]
    public async Task EveryAcknowledgedEventIsAppliedExactlyOnce()
    {
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var stream = new SyntheticStream(Seed, Events);
        var milestones = new Milestones(Enumerable.Range(0, Kills).Select(kill =>
            (Events * (kill + 1) / (Kills + 1)) + random.Next(-Events / 12, Events / 12)));
        await using var server = ServerProcess.Start(Assembly());
        using var client = Client(server, 0);
        await server.WaitReadyAsync(client, CancellationToken.None);
        await SyntheticStream.CreateCatalogueAsync(client, CancellationToken.None);

        var senders = Enumerable.Range(0, Connections)
            .Select(connection => SendAsync(server, stream, connection, milestones)).ToArray();
        var killedAt = await KillAsync(server, milestones, Task.WhenAll(senders));
        var answers = await Task.WhenAll(senders);

        var statuses = answers.SelectMany(answer => answer).CountBy(result => result.Status).ToDictionary();
        output.WriteLine($"killed after {string.Join(", ", killedAt)} of {Events}; {string.Join(", ", statuses)}");
        Assert.All(killedAt, acknowledged => Assert.InRange(acknowledged, 1, Events - 1));
        Assert.DoesNotContain("rejected", statuses.Keys);
        var expected = new EventTally();
        foreach (var message in stream.Events)
            foreach (var actor in SyntheticStream.ActorsOf(message))
                expected.Add(actor, message.Kind);
        var counted = await Reconciliation.ReadAndCompareAsync(
            client, expected, null, Patience, TimeProvider.System, CancellationToken.None);
        Assert.True(
            counted.Differences.Count == 0,
            $"seed {Seed}: lost {counted.Lost}, doubled {counted.Doubled}: " +
            string.Join("; ", counted.Differences.Take(20)));
    }

    [Fact]
    public async Task StoppedServerEndsWithCodeZeroAndKnowsEverythingAfterwards()
    {
        var stream = new SyntheticStream(Seed, 300);
        await using var server = ServerProcess.Start(Assembly());
        using var client = Client(server, 0);
        await server.WaitReadyAsync(client, CancellationToken.None);
        await SyntheticStream.CreateCatalogueAsync(client, CancellationToken.None);
        await client.SendEventsAsync(stream.Events, CancellationToken.None);

        var code = await server.StopAsync();
        server.Start();
        await server.WaitReadyAsync(client, CancellationToken.None);

        Assert.Equal(0, code);
        var again = await client.SendEventsAsync(stream.Events, CancellationToken.None);
        Assert.Equal((0, 300), (again.Accepted, again.Duplicates));
        var expected = new EventTally();
        foreach (var message in stream.Events)
            expected.Add(new(ActorKind.User, message.User), message.Kind);
        var counted = await Reconciliation.ReadAndCompareAsync(
            client, expected, null, Patience, TimeProvider.System, CancellationToken.None);
        Assert.Empty(counted.Differences);
    }

    /// <summary>
    /// Kills at each milestone and starts again at once; answers how many events were acknowledged then.
    /// </summary>
    private static async Task<List<int>> KillAsync(ServerProcess server, Milestones milestones, Task senders)
    {
        var killedAt = new List<int>();
        foreach (var reached in milestones.Reached)
        {
            // A sender that fails would otherwise leave this waiting for ever.
            if (await Task.WhenAny(reached, senders) == senders)
                await senders;
            await server.KillAsync();
            killedAt.Add(milestones.Acknowledged);
            server.Start();
        }

        return killedAt;
    }

    /// <summary>Sends every n-th event in batches of seeded sizes, and some batches twice.</summary>
    private static async Task<List<EventResult>> SendAsync(
        ServerProcess server, SyntheticStream stream, int connection, Milestones milestones)
    {
        var random = new Random(unchecked((Seed * 31) + connection));
        using var client = Client(server, connection + 1);
        var mine = stream.Events.Where((_, index) => index % Connections == connection).ToArray();
        var results = new List<EventResult>();
        for (var sent = 0; sent < mine.Length;)
        {
            var batch = mine.Skip(sent).Take(random.Next(1, 12)).ToArray();
            var answer = await client.SendEventsAsync(batch, CancellationToken.None);
            if (random.Next(10) == 0)
                await client.SendEventsAsync(batch, CancellationToken.None);
            results.AddRange(answer.Results);
            milestones.Add(batch.Length);
            sent += batch.Length;
        }

        return results;
    }

    private static EngageClient Client(ServerProcess server, int number) => new(
        server.Address,
        server.Account,
        new(new() { Seed = Seed + number, DelayMax = TimeSpan.FromMilliseconds(300), GiveUpAfter = Patience }),
        TimeProvider.System);

    private static string Assembly() => ServerProcess.FindAssembly() ?? throw new InvalidOperationException(
        $"The server is not built: build api/Engage.Api.csproj, or give its path in {ServerProcess.PathVariable}.");
}
