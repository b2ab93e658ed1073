using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;
using Engage.Storage;
using Orleans.Storage;
using static Engage.Grains.Tests.Rooms.RoomLogTests;
using static Engage.Grains.Tests.Rooms.RoomNodeClient;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A room whose log fails, lies or is written by somebody else.</summary>
public sealed class RoomFaultTests
{
    [Fact]
    public async Task AppendThatFailsFailsAllWhoWaitNothingIsSentAndTheRoomGoesOnWithoutAGap()
    {
        await using var site = await RoomSite.StartAsync();
        var (speaker, other) = (new RoomNodeClient(site), new RoomNodeClient(site, "node-2"));
        await speaker.AttachAsync("u-1");
        var first = await speaker.SubmitAsync(Say("u-1", "before"));

        site.Log.Hold();
        site.Log.FailsBefore = () => new StorageException("the test fails this");
        var (id, otherId) = (Guid.NewGuid(), Guid.NewGuid());
        var underWay = speaker.SubmitAsync(Say("u-1", "lost", id));
        var behind = other.SubmitAsync(Say("u-2", "lost with it", otherId));
        site.Log.Release();

        await Assert.ThrowsAsync<StorageException>(() => underWay);
        await Assert.ThrowsAnyAsync<Exception>(() => behind);
        site.Log.FailsBefore = () => null;
        var retried = await AgainAsync(() => speaker.SubmitAsync(Say("u-1", "lost", id)));
        var otherRetried = await AgainAsync(() => other.SubmitAsync(Say("u-2", "lost with it", otherId)));
        Assert.Equal(first[0].Seq + 1, retried[0].Seq);
        Assert.Equal(first[0].Seq + 2, otherRetried[0].Seq);
        var entries = await site.EntriesAsync();
        Assert.Equal(Enumerable.Range(1, entries.Length).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        Assert.DoesNotContain(
            speaker.Batches.SelectMany(batch => batch.Entries),
            entry => entry.MessageId == id || entry.MessageId == otherId);
    }

    [Fact]
    public async Task AppendWhoseAnswerGotLostIsFoundByTheRetry()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var id = Guid.NewGuid();
        site.Log.FailsAfter = () => new StorageException("the test loses this answer");

        await Assert.ThrowsAsync<StorageException>(() => node.SubmitAsync(Say("u-1", "once", id)));
        site.Log.FailsAfter = () => null;
        var retried = await AgainAsync(() => node.SubmitAsync(Say("u-1", "once", id)));

        var said = Assert.Single(await site.EntriesAsync(), entry => entry.Kind == RoomEntryKind.Said);
        Assert.Equal(said.Seq, retried[0].Seq);
    }

    [Fact]
    public async Task ReactionsWhoseAnswerGotLostAreCountedOnceByTheNextActivation()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var submission = node.Submission(Say("u-1", "with it")) with { Reactions = [new("👏", 3), new("👍", 4)] };
        site.Log.FailsAfter = () => new StorageException("the test loses this answer");

        await Assert.ThrowsAsync<StorageException>(() => node.SubmitAsync(submission));
        site.Log.FailsAfter = () => null;
        var again = await AgainAsync(() => node.SubmitAsync(submission));
        await node.SubmitAsync(node.Submission() with { Reactions = [new("👏", 5), new("👏", 1), new("x", 0)] });

        Assert.NotNull(again[0].Seq);
        var counts = (await site.EntriesAsync()).Select(entry => RoomReactions.Read(entry))
            .Where(entry => entry.By is null).Select(entry => entry.Fact).OfType<Reacted>().ToArray();
        Assert.Equal([new Reacted([new("👍", 4), new("👏", 3)]), new Reacted([new("👏", 6)])], counts);
    }

    [Fact]
    public async Task ActivationThatIsOvertakenOnItsLogGoesAndTheEntriesOfBothStand()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        await node.SubmitAsync(Say("u-1", "mine"));
        var newest = (await site.EntriesAsync())[^1];
        var theirs = RoomEntryJson.Log(RoomEntry.Of(
            newest.Seq + 1, newest.At, new(new("u-9"), "Nine"), new Said(Guid.NewGuid(), "theirs", null, [])));
        await site.Log.AppendAsync(RoomSite.Id, [theirs], CancellationToken.None);

        var id = Guid.NewGuid();
        await Assert.ThrowsAsync<InconsistentStateException>(() => node.SubmitAsync(Say("u-1", "mine again", id)));
        var retried = await AgainAsync(() => node.SubmitAsync(Say("u-1", "mine again", id)));

        Assert.Equal(newest.Seq + 2, retried[0].Seq);
        Assert.Equal(
            ["mine", "theirs", "mine again"],
            (await site.EntriesAsync()).Where(entry => entry.Kind == RoomEntryKind.Said).Select(TextOf));
    }

    [Fact]
    public async Task BusyStorageIsTriedAgainAndNobodyNotices()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var refusals = 3;
        site.Log.FailsBefore = () =>
            refusals-- > 0 ? new BusyException("the test is busy", TimeSpan.FromMilliseconds(1)) : null;

        var outcomes = await node.SubmitAsync(Say("u-1", "patience"));

        Assert.NotNull(outcomes[0].Seq);
    }

    [Fact]
    public async Task BeyondWhatMayWaitSubmissionsAreRefusedWithATimeAndTakenLater()
    {
        await using var site = await RoomSite.StartAsync(("Rooms:WaitingCommandsMax", "4"));
        RoomNodeClient[] nodes = [.. Enumerable.Range(0, 3).Select(i => new RoomNodeClient(site, $"node-{i}"))];
        RoomSubmission[] submissions =
            [.. nodes.Select(node => node.Submission(Say("u-1", $"{node.Id} a"), Say("u-1", $"{node.Id} b")))];
        await nodes[0].SubmitAsync(Say("u-1", "known"));
        submissions[0] = submissions[0] with { Batch = 3 };

        site.Log.Hold();
        var calls = nodes.Select((node, i) => node.SubmitAsync(submissions[i])).ToArray();
        // Calls may overtake each other on their way: whoever came last is refused.
        var last = Array.IndexOf(calls, await Task.WhenAny(calls));
        var busy = await Assert.ThrowsAsync<BusyException>(() => calls[last]);
        site.Log.Release();
        await Task.WhenAll(calls.Where((_, i) => i != last));
        var again = await nodes[last].SubmitAsync(submissions[last]);

        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        Assert.All(again, outcome => Assert.NotNull(outcome.Seq));
        Assert.Equal(7, (await site.EntriesAsync()).Count(entry => entry.Kind == RoomEntryKind.Said));
    }

    [Fact]
    public async Task WhatIsNotDurableYetIsInNoSnapshotViewOrAttachment()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var before = await node.AttachAsync();

        site.Log.Hold();
        var appends = site.Log.Appends;
        var waiting = node.SubmitAsync(Say("u-1", "not yet"));
        await UntilAsync(() => site.Log.Appends > appends);
        var attached = await node.AttachAsync();
        var snapshot = site.Room.GetSnapshotAsync(0);
        var view = site.Room.GetAsync();
        Assert.False(snapshot.IsCompleted || view.IsCompleted || waiting.IsCompleted);
        site.Log.Release();

        Assert.Equal(before.Seq, attached.Seq);
        Assert.Equal((await waiting)[0].Seq, (await snapshot).Seq);
        Assert.Equal((await waiting)[0].Seq, (await view)!.Seq);
    }

    /// <summary>An activation that failed may still be on its way out.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (BusyException)
            {
                await Task.Yield();
            }
        }
    }
}
