using System.Collections.Concurrent;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Tests.Rooms;

/// <summary>However joining, saying, failing and starting over interleave: what a node has seen is the log.</summary>
public sealed class RoomWindowTests
{
    private const int Steps = 250;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task WindowAndBatchesAreTheLogWhateverHappensInBetween(int seed)
    {
        var random = new Random(seed);
        var rig = await RoomRig.StartAsync(rig =>
        {
            rig.Options.WindowEntriesMax = random.Next(3, 30);
            rig.Options.WindowBytesMax = random.Next(500, 5_000);
            rig.Options.StoreEvery = random.Next(2, 50);
            rig.Options.StorePause = TimeSpan.Zero;
            rig.Options.ResendPause = TimeSpan.Zero;
            rig.Rules.MessageIdsRemembered = random.Next(2, 40);
        });
        RigNode[] nodes = [.. Enumerable.Range(0, 3).Select(i => new RigNode(rig, $"n-{i}"))];
        var said = new List<(string User, Guid Id, string Text)>();
        var acknowledged = new ConcurrentDictionary<(string User, Guid Id), long>();
        var waiting = new List<Task>();

        for (var step = 0; step < Steps; step++)
        {
            var node = nodes[random.Next(nodes.Length)];
            switch (random.Next(16))
            {
                case < 6: waiting.Add(SayAsync(node, Some())); break;
                case 6: waiting.Add(SayAsync(node, [.. Some(), .. Some(), .. Some()])); break;
                case 7: rig.Log.Hold(); break;
                case 8 or 9: rig.Log.Release(); break;
                case 10 or 11: waiting.Add(node.AttachAsync()); break;
                case 12: await node.DetachAsync(); break;
                case 13: waiting.Add(ReactAsync(node)); break;
                case 14: waiting.Add(rig.TickAsync()); break;
                case 15 when random.Next(4) == 0: await StartOverAsync(); break;
            }
            if (random.Next(3) == 0) await rig.SettleAsync();
        }
        rig.Log.Release();
        await AllAsync();
        foreach (var node in nodes) await node.AttachAsync();
        await SayAsync(nodes[0], [("u-0", NewId(), "the end")]);

        var log = await rig.EntriesAsync();
        Assert.Equal(Enumerable.Range(1, log.Length).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        foreach (var node in nodes) AssertSawTheLog(node, log);
        foreach (var ((user, id), seq) in acknowledged)
            Assert.Equal((user, id), (log[seq - 1].By!.Value.Value, log[seq - 1].MessageId!.Value));
        var keys = log.Where(entry => entry.MessageId is not null).Select(entry => (entry.By, entry.MessageId));
        Assert.Equal(keys.Count(), keys.Distinct().Count());
        await AssertStateFollowsFromTheLogAsync(rig, log.Length);

        (string User, Guid Id, string Text)[] Some()
        {
            // Now and then something that was sent before, however long ago.
            if (said.Count > 0 && random.Next(3) == 0) return [said[random.Next(said.Count)]];
            var text = $"message {said.Count} {new string('x', random.Next(200))}";
            var message = ($"u-{random.Next(5)}", NewId(), text);
            said.Add(message);
            return [message];
        }

        Guid NewId()
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        }

        async Task SayAsync(RigNode node, (string User, Guid Id, string Text)[] messages)
        {
            var outcomes = await node.SubmitAsync(
                [.. messages.Select(message => RoomNodeClient.Say(message.User, message.Text, message.Id))]);
            for (var i = 0; i < messages.Length; i++)
            {
                // Several are answered at the same time; whoever is first says where the message is.
                var seq = outcomes[i].Seq!.Value;
                Assert.Equal(seq, acknowledged.GetOrAdd((messages[i].User, messages[i].Id), seq));
            }
        }

        async Task ReactAsync(RigNode node) =>
            await rig.SubmitAsync(node.Submission() with { Reactions = [new("👏", random.Next(1, 9))] });

        async Task StartOverAsync()
        {
            rig.Log.FailsBefore = random.Next(2) == 0 ? () => new StorageException("the test fails this") : () => null;
            rig.Log.FailsAfter = () => new StorageException("the test loses this answer");
            rig.Log.Release();
            waiting.Add(SayAsync(nodes[0], Some()));
            await AllAsync();
            (rig.Log.FailsBefore, rig.Log.FailsAfter) = (() => null, () => null);
            await rig.OpenAsync();
            // What they know stands, but nobody sends them anything any more.
            foreach (var node in nodes) await node.AttachAsync();
        }

        async Task AllAsync()
        {
            foreach (var task in waiting)
            {
                try
                {
                    await task;
                }
                catch (Exception exception) when (exception is StorageException or Contracts.BusyException
                    or InvalidOperationException or Orleans.Storage.InconsistentStateException)
                {
                    // Its caller does not know; the log decides.
                }
            }
            waiting.Clear();
        }
    }

    private static void AssertSawTheLog(RigNode node, LoggedEntry[] log)
    {
        var visible = log.Where(entry =>
            entry.Audience != RoomAudience.Nobody && entry.Seq > node.From && entry.Seq <= node.To);
        Assert.Equal(visible.Select(entry => entry.Seq), node.Seen.Select(entry => entry.Seq));
        Assert.Equal(log.Length, node.To);
    }

    /// <summary>What the living room says is what a new one makes of the log alone.</summary>
    private static async Task AssertStateFollowsFromTheLogAsync(RoomRig rig, long seq)
    {
        var living = await rig.TurnAsync(() => rig.Life.SnapshotAsync(seq));
        await rig.ReopenAsync();
        var stored = await rig.TurnAsync(() => rig.Life.SnapshotAsync(seq));

        Assert.Equal(living.ModeratorJson, stored.ModeratorJson);
        Assert.Equal(seq, stored.Seq);
    }
}
