using System.Text.Json;
using Engage.Faults.Tests;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Realtime;

namespace Engage.Cluster.Tests;

/// <summary>What people and operators do with a cluster on an ordinary day.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class LifeTests
{
    [ClusterFact]
    public async Task PushReachesTheClientsOfEveryNode()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        using var service = TestCluster.ClientOf(cluster.Nodes[0]);
        await SyntheticStream.CreateCatalogueAsync(service, CancellationToken.None);
        var (_, token) = await TestCluster.RegisterAsync(cluster.Nodes[0], "ada");
        await using var phone = await HubClient.ConnectAsync(cluster.Nodes[0].Address, token);
        await using var desktop = await HubClient.ConnectAsync(cluster.Nodes[1].Address, token);
        await phone.CallAsync("WatchRecommendations");
        await desktop.CallAsync("WatchRecommendations");

        var acknowledged = await phone.CallAsync("Track", (object)new[] { Viewed("c-7") });
        var position = acknowledged.GetProperty("position").GetString()!;

        Assert.DoesNotContain("c-7", Contents(await phone.PushAfterAsync(position)));
        Assert.DoesNotContain("c-7", Contents(await desktop.PushAfterAsync(position)));
    }

    [ClusterFact]
    public async Task WatcherIsPushedAgainAfterTheSiloOfHerActorIsKilled()
    {
        await using var cluster = new TestCluster();
        var silos = new[] { await cluster.AddSiloAsync(), await cluster.AddSiloAsync() };
        var door = await cluster.AddClientServerAsync();
        using var service = TestCluster.ClientOf(door);
        await SyntheticStream.CreateCatalogueAsync(service, CancellationToken.None);
        var watchers = new List<(HubClient Hub, string User)>();
        foreach (var name in new[] { "user-1", "user-2", "user-3", "user-4" })
        {
            var (user, token) = await TestCluster.RegisterAsync(door, name);
            var hub = await HubClient.ConnectAsync(door.Address, token);
            await hub.CallAsync("WatchRecommendations");
            watchers.Add((hub, user));
        }

        await silos[1].KillAsync();
        foreach (var (hub, user) in watchers)
        {
            var acknowledged = await service.SendEventsAsync([Viewed(user, "c-3")], CancellationToken.None);
            var pushed = await hub.PushAfterAsync(acknowledged.Position!);
            Assert.DoesNotContain("c-3", Contents(pushed));
            await hub.DisposeAsync();
        }
    }

    [ClusterFact]
    public async Task RollingRestartLosesNothingAndEndsCleanly()
    {
        var stream = new SyntheticStream(7, 2_000);
        await using var cluster = await TestCluster.StartAsync(2);
        using var client = TestCluster.ClientOf(cluster.Nodes[0]);
        await SyntheticStream.CreateCatalogueAsync(client, CancellationToken.None);

        var sending = SendAsync(client, stream);
        var codes = new List<int?>();
        foreach (var node in cluster.Nodes.Reverse())
        {
            codes.Add(await node.StopAsync());
            node.Start();
            await node.WaitReadyAsync();
        }
        await sending;

        Assert.Equal([0, 0], codes);
        await CountedOnce.AssertAsync(client, stream);
    }

    [ClusterFact]
    public async Task ClusterThatDiedAsAWholeComesBackOnOtherAddresses()
    {
        var stream = new SyntheticStream(9, 200);
        await using var cluster = await TestCluster.StartAsync(2);
        using (var client = TestCluster.ClientOf(cluster.Nodes[0]))
        {
            await SyntheticStream.CreateCatalogueAsync(client, CancellationToken.None);
            await client.SendEventsAsync(stream.Events, CancellationToken.None);
        }

        foreach (var node in cluster.Nodes) await node.KillAsync();
        using var successor = TestCluster.ClientOf(await cluster.AddServerAsync());

        var again = await successor.SendEventsAsync(stream.Events, CancellationToken.None);
        Assert.Equal((0, 200), (again.Accepted, again.Duplicates));
        await CountedOnce.AssertAsync(successor, stream);
    }

    [ClusterFact]
    public async Task WhatIsCataloguedOnOneNodeIsKnownToTheOthersAtOnce()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        using var first = TestCluster.ClientOf(cluster.Nodes[0]);
        using var second = TestCluster.ClientOf(cluster.Nodes[1]);
        await SyntheticStream.CreateCatalogueAsync(first, CancellationToken.None);

        for (var i = 0; i < 20; i++)
        {
            await first.CreateAsync(
                new ContentMessage($"new-{i}", "course", "k-1", "g-1", new(En: $"{i}")), CancellationToken.None);
            var answer = await second.SendEventsAsync([Viewed("u-1", $"new-{i}")], CancellationToken.None);
            Assert.Equal(1, answer.Accepted);
        }
    }

    private static async Task SendAsync(EngageClient client, SyntheticStream stream)
    {
        foreach (var batch in stream.Events.Chunk(10)) await client.SendEventsAsync(batch, CancellationToken.None);
    }

    private static object Viewed(string content) => new { eventId = Guid.NewGuid(), kind = "viewed", content };

    private static EventMessage Viewed(string user, string content) => new()
    {
        EventId = Guid.NewGuid(),
        User = user,
        Kind = "viewed",
        Content = content,
        OccurredAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private static IEnumerable<string?> Contents(JsonElement feed) =>
        feed.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("content").GetString());
}
