using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms;

/// <summary>What the room says of its entries to the log: whose words are in them besides their authors'.</summary>
public sealed class TextClaimTests
{
    [Fact]
    public async Task NamesOfPeopleWhoSpokeHereAreTheirsWhereverOthersWriteThem()
    {
        var (rig, node) = await StartAsync();
        var hers = await DoAsync(node, "ann", new Say(Guid.NewGuid(), "I am ANN"));
        await DoAsync(node, "bob", new Say(Guid.NewGuid(), "@ANN hello"));
        await DoAsync(node, "bob", new Say(Guid.NewGuid(), "ANN is right", hers));
        var mention = await DoAsync(node, "bob", new Say(Guid.NewGuid(), "as ANN says", null, [new("ann")]));
        await DoAsync(node, "bob", new Edit(mention, "as @ANN said"));
        await DoAsync(node, "bob", new Ask(Guid.NewGuid(), "why, ＠ANN?"));
        await DoAsync(node, "mod", new OpenPoll(Guid.NewGuid(), PollKind.Single, "Who?", ["@ANN", "nobody"]));

        var claims = (await rig.EntriesAsync())
            .Where(entry => entry.By == new UserId("bob") || entry.Kind == RoomEntryKind.PollOpened)
            .Select(entry => Assert.Single(entry.Claims ?? [])).ToArray();

        Assert.Null((await rig.EntriesAsync()).Single(entry => entry.Seq == hers).Claims);
        Assert.Equal(6, claims.Length);
        Assert.All(claims, claim => Assert.Equal(
            ("ANN", new UserId("ann"), false), (claim.Text, Assert.Single(claim.Owners), claim.IsWhole)));
    }

    [Fact]
    public async Task WhatNobodyHereIsCalledIsItsAuthors()
    {
        var (rig, node) = await StartAsync();
        await DoAsync(node, "ann", new Say(Guid.NewGuid(), "mail@example.org @ @bob"));
        await DoAsync(node, "bob", new Say(Guid.NewGuid(), "not about ANN", null, [new("mod")]));

        Assert.All(await rig.EntriesAsync(), entry => Assert.Null(entry.Claims));
    }

    [Fact]
    public async Task WordsThatFewHaveSentAreTheirsAndThoseOfMoreTheRooms()
    {
        var (rig, node) = await StartAsync();
        var poll = await DoAsync(node, "mod", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "A word?"));
        (string User, string Word)[] votes =
        [
            ("u1", "many"), ("u2", "many"), ("u3", "many"), ("u4", "many"), ("u5", "one"), ("u6", "two"), ("u7", "two"),
        ];
        foreach (var (user, word) in votes)
            await DoAsync(node, user, new Vote(poll, Word: word));
        await DoAsync(node, "mod", new ClosePoll(poll));

        var claims = (await rig.EntriesAsync()).Single(entry => entry.Kind == RoomEntryKind.PollClosed).Claims!;

        Assert.Equal(
            ["one: u5", "two: u6 u7"],
            claims.Select(claim => $"{claim.Text}: {string.Join(' ', claim.Owners)}").Order(StringComparer.Ordinal));
        Assert.All(claims, claim => Assert.True(claim.IsWhole));
    }

    [Fact]
    public async Task RemovedTextsAndTheReasonsBelongToWhoeverWroteThem()
    {
        var (rig, node) = await StartAsync();
        var question = await DoAsync(node, "ann", new Ask(Guid.NewGuid(), "whose?", Anonymous: true));
        var message = await DoAsync(node, "bob", new Say(Guid.NewGuid(), "rude"));
        await DoAsync(node, "mod", new Delete(question, "not nice"));
        await DoAsync(node, "mod", new Delete(message, "not nice either"));

        var deletions = (await rig.EntriesAsync()).Where(entry => entry.Kind == RoomEntryKind.Deleted).ToArray();

        Assert.Equal(
            ["ann: whose?", "ann: not nice", "bob: not nice either", "bob: rude", "bob: not nice either"],
            deletions.SelectMany(entry => entry.Claims!)
                .Select(claim => $"{Assert.Single(claim.Owners)}: {claim.Text}"));
    }

    [Fact]
    public async Task NamesInRemovedTextsAndInReasonsStayTheirPeoples()
    {
        var (rig, node) = await StartAsync();
        await DoAsync(node, "ann", new Say(Guid.NewGuid(), "I am ANN"));
        await DoAsync(node, "mod", new Say(Guid.NewGuid(), "be nice"));
        var message = await DoAsync(node, "bob", new Say(Guid.NewGuid(), "@ANN is as rude as @MOD"));
        await DoAsync(node, "mod", new Delete(message, "about @ANN"));
        await DoAsync(node, "mod", new Mute(new("bob"), TimeSpan.FromHours(1), "rude to @ANN"));

        var claims = (await rig.EntriesAsync())
            .Where(entry => entry.Kind is RoomEntryKind.Deleted or RoomEntryKind.Muted)
            .Select(entry => string.Join(", ", entry.Claims!.Select(claim =>
                $"{Assert.Single(claim.Owners)}: {claim.Text}")));

        Assert.Equal(
            [
                "bob: about @ANN, ann: ANN",
                "bob: @ANN is as rude as @MOD, bob: about @ANN, ann: ANN, mod: MOD",
                "ann: ANN",
            ],
            claims);
    }

    [Fact]
    public void NewestNameIsKnownAlsoAfterTheStateIsReadAgain()
    {
        var (options, bytes) = (new RoomOptions { MessagesRemembered = 1 }, new MemoryStream());
        var (messages, again) = (new Messages(options), new Messages(options));
        var first = Spoken(1, "Old name");
        messages.Add(first);
        messages.Pin(first);
        messages.Add(Spoken(2, "New"));
        messages.Save(new BinaryWriter(bytes));
        bytes.Position = 0;

        again.Load(new BinaryReader(bytes));

        Assert.Equal("New", messages.Authors.NameOf(new("ann")));
        Assert.Equal("New", again.Authors.NameOf(new("ann")));
        Assert.Equal((new UserId("ann"), "New"), again.Authors.AtStartOf("Newer"));
        Assert.Null(again.Authors.AtStartOf("Old name"));
    }

    private static Message Spoken(long seq, string name) => new()
    {
        Seq = seq, By = new("ann"), Name = name, Id = Guid.NewGuid(), At = seq, Text = "words",
    };

    private static async Task<(RoomRig Rig, RigNode Node)> StartAsync()
    {
        var rig = await RoomRig.StartAsync();
        rig.Members["mod"] = new Standing { Role = CommunityRole.Moderator };
        var node = new RigNode(rig, "n-1");
        await DoAsync(node, "mod", new StartRoom());
        return (rig, node);
    }

    private static async Task<long> DoAsync(RigNode node, string user, RoomAction action)
    {
        var outcome = (await node.SubmitAsync(new RoomCommand(RoomRigPeople.Person(user), action)))[0];
        Assert.Null(outcome.Refusal);
        return outcome.Seq ?? 0;
    }
}
