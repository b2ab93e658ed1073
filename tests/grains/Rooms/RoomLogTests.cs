using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using static Engage.Grains.Tests.Rooms.RoomNodeClient;

namespace Engage.Grains.Tests.Rooms;

/// <summary>What a room acknowledges is in its log, once, in order and without gaps.</summary>
public sealed class RoomLogTests
{
    [Fact]
    public async Task CreatedRoomIsListedAndASecondOneOfItsNameIsRefused()
    {
        await using var site = await RoomSite.StartAsync();

        var again = await site.Room.CreateAsync(RoomSite.Definition(), CancellationToken.None);
        var other = await site.Room.CreateAsync(
            RoomSite.Definition() with { Title = new() { En = "Another" } }, CancellationToken.None);
        var lost = await site.Platform.Grains.GetGrain<IRoomGrain>("r-2").CreateAsync(
            RoomSite.Definition("r-2") with { Community = new("g-none") }, CancellationToken.None);
        var page = await site.Platform.Grains.GetGrain<ICatalogueGrain>("any").ListRoomsAsync(
            new(0, 10, new CommunityId("g-1"), new CreatorId("k-1")), CancellationToken.None);

        Assert.Equal(CreateOutcome.Unchanged, again.Outcome);
        Assert.Equal(CreateOutcome.Conflict, other.Outcome);
        Assert.Equal(CreateOutcome.MissingReference, lost.Outcome);
        Assert.Equal("r-1", Assert.Single(page.Items).Id.Value);
        Assert.Null(await site.Platform.Grains.GetGrain<IRoomGrain>("r-2").GetAsync());
    }

    [Fact]
    public async Task WhatManyNodesSayAtOnceStandsInTheLogWithoutGapsAsItWasAnswered()
    {
        await using var site = await RoomSite.StartAsync();
        var nodes = Enumerable.Range(0, 8).Select(i => new RoomNodeClient(site, $"node-{i}")).ToArray();

        var answers = await Task.WhenAll(nodes.Select(async (node, n) =>
        {
            var own = new List<(long Seq, string Text)>();
            for (var i = 0; i < 25; i++)
            {
                var texts = Enumerable.Range(0, 4).Select(k => $"{n} {i} {k}").ToArray();
                var outcomes = await node.SubmitAsync([.. texts.Select((text, k) => Say($"u-{n}-{k}", text))]);
                own.AddRange(outcomes.Select((outcome, k) => (outcome.Seq!.Value, texts[k])));
            }
            return own;
        }));
        var entries = await site.EntriesAsync();

        Assert.Equal(Enumerable.Range(1, entries.Length).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        var texts = entries.Where(entry => entry.Kind == RoomEntryKind.Said).ToDictionary(entry => entry.Seq, TextOf);
        Assert.Equal(800, texts.Count);
        Assert.All(answers.SelectMany(own => own), answer => Assert.Equal(answer.Text, texts[answer.Seq]));
        Assert.All(
            answers, own => Assert.Equal(own.Select(answer => answer.Seq).Order(), own.Select(answer => answer.Seq)));
        Assert.True(site.Log.Appends < 200, $"{site.Log.Appends} appends for 200 submissions: no groups formed.");
    }

    [Fact]
    public async Task EveryAttachedNodeIsSentAllEntriesInOrderBeforeTheyAreAnswered()
    {
        await using var site = await RoomSite.StartAsync();
        var (speaker, listener) = (new RoomNodeClient(site), new RoomNodeClient(site, "node-2"));
        await speaker.AttachAsync("u-1");
        var attachment = await listener.AttachAsync("u-2");

        for (var i = 0; i < 50; i++) await speaker.SubmitAsync(Say("u-1", $"{i}"), Say("u-1", $"{i} again"));
        await UntilAsync(() => listener.Batches.Sum(batch => batch.Entries.Count(IsSaid)) == 100);

        var seen = attachment.Seq;
        foreach (var batch in listener.Batches)
        {
            Assert.Equal(seen, batch.After);
            seen = batch.To;
        }
        var said = listener.Batches.SelectMany(batch => batch.Entries).Where(IsSaid);
        Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(i => new[] { $"{i}", $"{i} again" }), said.Select(TextOf));

        static bool IsSaid(LoggedEntry entry) => entry.Kind == RoomEntryKind.Said;
    }

    [Fact]
    public async Task AcknowledgedIsThereAfterARestartAndARetryIsAnsweredWithTheFirstPlace()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var id = Guid.NewGuid();
        var first = await node.SubmitAsync(Say("u-1", "once", id), Say("u-1", "more"));
        var before = await site.EntriesAsync();

        var again = await node.SubmitAsync(Say("u-1", "once", id));
        await site.RestartAsync();
        var later = await new RoomNodeClient(site, "node-2").SubmitAsync(
            Say("u-1", "once", id), Say("u-2", "another's", id));

        Assert.Equal(first[0].Seq, again[0].Seq);
        Assert.Equal(first[0].Seq, later[0].Seq);
        Assert.Equal(first[1].Seq + 1, later[1].Seq);
        var after = await site.EntriesAsync();
        Assert.Equal(before.Length + 1, after.Length);
        Assert.All(before, entry => Assert.Equal(entry.Json, after[entry.Seq - 1].Json));
    }

    [Fact]
    public async Task RetryOlderThanTheRoomRemembersIsAnsweredWithTheFirstPlaceAndItsNeighboursGoOn()
    {
        await using var site = await RoomSite.StartAsync(
            ("Rooms:MessageIdsRemembered", "10"), ("Rooms:WaitingCommandsMax", "9"));
        var node = new RoomNodeClient(site);
        var id = Guid.NewGuid();
        var first = (await node.SubmitAsync(Say("u-1", "old", id)))[0].Seq!.Value;
        await node.SubmitAsync([.. Enumerable.Range(0, 40).Select(i => Say("u-2", $"{i}"))]);
        var head = (await site.EntriesAsync()).Length;

        var outcomes = await node.SubmitAsync(Say("u-3", "before"), Say("u-1", "old", id), Say("u-3", "after"));
        var again = await node.SubmitAsync(Say("u-1", "old", id));

        Assert.Equal([head + 1, first, head + 2], outcomes.Select(outcome => outcome.Seq!.Value));
        Assert.Equal(first, again[0].Seq);
        Assert.Equal(["before", "after"], (await site.EntriesAsync())[head..].Select(TextOf));
    }

    [Fact]
    public async Task SubmissionThatIsSentAgainIsAnsweredAsTheFirstTimeAndCountedOnce()
    {
        await using var site = await RoomSite.StartAsync();
        var node = new RoomNodeClient(site);
        var submission = node.Submission(Say("u-1", "hello")) with { Reactions = [new("👏", 45), new("👍", 2)] };

        var answers = await Task.WhenAll(
            node.SubmitAsync(submission), node.SubmitAsync(submission), node.SubmitAsync(submission));
        var late = await node.SubmitAsync(submission);

        Assert.All(answers.Append(late), answer => Assert.Equal(answers[0], answer));
        var reacted = Assert.Single(await site.EntriesAsync(), entry => entry.Kind == RoomEntryKind.Reacted);
        using var json = JsonDocument.Parse(reacted.Json);
        Assert.Equal(45, json.RootElement.GetProperty("counts").GetProperty("👏").GetInt32());
    }

    internal static string TextOf(LoggedEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Json);
        return json.RootElement.GetProperty("text").GetString()!;
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Yield();
    }
}
