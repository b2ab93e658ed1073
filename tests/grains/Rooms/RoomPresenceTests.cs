using System.Text.Json;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms;

/// <summary>Who is here: counted over nodes, told at most once a second, and right again after whatever died.</summary>
public sealed class RoomPresenceTests
{
    [Fact]
    public async Task SomebodyAtTwoNodesIsCountedOnceUntilSheLeftBoth()
    {
        var rig = await RoomRig.StartAsync();
        var (one, two) = (new RigNode(rig, "n-1"), new RigNode(rig, "n-2"));
        await one.AttachAsync();
        await two.AttachAsync();

        await one.EnterAsync("u-1", "u-2");
        await two.EnterAsync("u-1");
        await rig.TickAsync();
        await one.LeaveAsync("u-1");
        await rig.TickAsync();
        await two.LeaveAsync("u-1");
        await rig.TickAsync();

        Assert.Equal([(2, 2, 0), (1, 0, 1)], await ReportsAsync(rig));
        Assert.Equal([2, 1], one.Batches.Select(PresentOf).OfType<int>());
        Assert.Equal([["U-1", "U-2"], ["U-2"]], two.Batches.Select(PeopleOf).OfType<string[]>());
    }

    [Fact]
    public async Task ManyComingAndGoingWithinASecondAreOneEntry()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.AttachAsync();

        for (var i = 0; i < 100; i++) await node.EnterAsync($"u-{i}");
        await node.LeaveAsync("u-7", "u-8");
        await rig.TickAsync();
        await rig.TickAsync();

        Assert.Equal([(98, 100, 2)], await ReportsAsync(rig));
        Assert.Equal(50, Assert.Single(node.Batches.Select(PeopleOf).OfType<string[]>()).Length);
    }

    [Fact]
    public async Task NodeThatDoesNotRenewIsGoneWithItsPeople()
    {
        var rig = await RoomRig.StartAsync();
        var (dead, alive) = (new RigNode(rig, "n-1"), new RigNode(rig, "n-2"));
        await dead.EnterAsync("u-1", "u-2");
        await alive.EnterAsync("u-2", "u-3");
        await dead.AttachAsync();
        await rig.TickAsync();

        for (var i = 0; i < 4; i++)
        {
            await alive.AttachAsync();
            await rig.TickAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal([(3, 3, 0), (3, 0, 0), (2, 0, 1)], await ReportsAsync(rig));
        Assert.Equal(2, (await rig.TurnAsync(rig.Life.ViewAsync)).Present);
    }

    [Fact]
    public async Task WhatANodeSaysWhenItRenewsCorrectsWhatWasLost()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.AttachAsync();
        await node.EnterAsync("u-1", "u-2");
        await rig.TickAsync();

        node.Present.Remove("u-1");
        node.Present.UnionWith(["u-3", "u-4"]);
        await node.AttachAsync();
        await rig.TickAsync();

        Assert.Equal([(2, 2, 0), (3, 2, 1)], await ReportsAsync(rig));
    }

    [Fact]
    public async Task NodesThatComeBackAfterARestartBringTheirPeopleWithoutASecondJoining()
    {
        var rig = await RoomRig.StartAsync();
        var (back, gone) = (new RigNode(rig, "n-1"), new RigNode(rig, "n-2"));
        await back.EnterAsync("u-1", "u-2");
        await gone.EnterAsync("u-3");
        await rig.TickAsync();

        await rig.OpenAsync();
        await back.AttachAsync();
        await back.EnterAsync("u-4");
        await rig.TickAsync();
        await back.AttachAsync();
        await rig.TickAsync(IRoomGrain.WatchLifetime);
        await rig.TickAsync();

        var reports = await ReportsAsync(rig);
        Assert.Equal([(3, 3, 0), (3, 1, 0)], reports[..2]);
        Assert.Equal(reports[^1].Present, reports.Sum(report => report.Joined - report.Left));
        Assert.Equal(4, reports.Sum(report => report.Joined));
    }

    [Fact]
    public async Task ListThatALaterSubmissionHasOvertakenTakesNobodyAwayAndBringsNobodyBack()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.AttachAsync();
        await node.EnterAsync("u-1");
        await node.LeaveAsync("u-1");
        await node.EnterAsync("u-2");
        await rig.TickAsync();

        await node.AttachAsync([], 0);
        await node.AttachAsync(["u-1"], 1);
        await rig.TickAsync();
        await node.AttachAsync(["u-3"], 3);
        await rig.TickAsync();

        Assert.Equal([(1, 2, 1), (1, 1, 1)], await ReportsAsync(rig));
    }

    [Fact]
    public async Task FirstListAfterARestartBringsPeopleBackThoughASubmissionWasFaster()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.EnterAsync("u-1", "u-2");
        await rig.TickAsync();

        await rig.OpenAsync();
        await node.EnterAsync("u-3");
        await node.AttachAsync(["u-1", "u-2"], 1);
        await rig.TickAsync();

        Assert.Equal([(2, 2, 0), (3, 1, 0)], await ReportsAsync(rig));
    }

    [Fact]
    public async Task PeopleWhomACrashLeftInTheLogHaveGoneThoughNobodyReturns()
    {
        var rig = await RoomRig.StartAsync();
        await new RigNode(rig, "n-1").EnterAsync("u-1", "u-2");
        await rig.TickAsync();
        await rig.OpenAsync();

        var isLookedAfter = !rig.Life.IsQuiet;
        rig.Time.Advance(TimeSpan.FromHours(12));
        await rig.TickAsync();
        var pulse = rig.Life.Pulse(0);

        Assert.True(isLookedAfter);
        Assert.Equal([(2, 2, 0), (0, 0, 2)], await ReportsAsync(rig));
        Assert.Equal((0, 2 * RoomPulse.CreditedMax.TotalSeconds), (pulse.Present, pulse.WatchSeconds));
        Assert.True(rig.Life.IsQuiet);
    }

    [Fact]
    public async Task PeopleWhoComeBackAfterOthersWereCountedAreInTheLogToo()
    {
        var rig = await RoomRig.StartAsync();
        var (one, two) = (new RigNode(rig, "n-1"), new RigNode(rig, "n-2"));
        await one.EnterAsync("u-1", "u-2");
        await two.EnterAsync("u-3");
        await rig.TickAsync();

        await rig.OpenAsync();
        await one.AttachAsync();
        await rig.TickAsync();
        await one.EnterAsync("u-4", "u-5");
        await one.LeaveAsync("u-5");
        await rig.TickAsync();
        await two.AttachAsync();
        await rig.TickAsync();

        Assert.Equal([(3, 3, 0), (3, 2, 1), (4, 0, 0)], await ReportsAsync(rig));
    }

    [Fact]
    public async Task LiveRoomConfirmsAgainAndAgainHowManyWatch()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.EnterAsync("u-1", "u-2");

        for (var second = 0; second <= 600; second++)
        {
            if (second % 20 == 0) await node.AttachAsync();
            await rig.TickAsync();
        }
        var watched = rig.Life.Pulse(0).WatchSeconds;
        await rig.OpenAsync();

        var reports = await ReportsAsync(rig);
        Assert.Equal([(2, 2, 0), .. Enumerable.Repeat((2, 0, 0), 20)], reports);
        Assert.Equal(2 * 600, watched);
        Assert.Equal(watched, rig.Life.Pulse(0).WatchSeconds);
    }

    [Fact]
    public async Task BannedPeopleWhoEnterAreSentOutAndNotCounted()
    {
        var rig = await RoomRig.StartAsync(rig => rig.Members["u-1"] = new() { BannedUntil = DateTimeOffset.MaxValue });
        var node = new RigNode(rig, "n-1");
        await node.AttachAsync();

        await node.EnterAsync("u-1", "u-2");
        await rig.TickAsync();

        Assert.Equal([(1, 1, 0)], await ReportsAsync(rig));
        Assert.Equal("u-1", Assert.Single(node.Batches.SelectMany(batch => batch.Removed)).User.Value);
    }

    [Fact]
    public async Task TypingIsToldOnceAndEndsWithTheMessageOrWithTime()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.AttachAsync();

        await rig.SubmitAsync(node.Submission() with
        {
            Typing = [RoomRigPeople.Person("u-1"), RoomRigPeople.Person("u-2")],
        });
        await rig.TickAsync();
        await rig.TickAsync();
        await node.SubmitAsync(RoomNodeClient.Say("u-1", "there"));
        await rig.TickAsync();
        await rig.TickAsync(RoomTyping.Lifetime);

        Assert.Equal(
            [["U-1", "U-2"], ["U-2"], []], node.Batches.Select(batch => NamesOf(batch, "typing")).OfType<string[]>());
    }

    [Fact]
    public async Task StandingsAreAskedForOnceForAllWhoAreNotKnown()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");

        await node.EnterAsync("u-1", "u-2", "u-3");
        await node.SubmitAsync(
            RoomNodeClient.Say("u-1", "a"), RoomNodeClient.Say("u-2", "b"), RoomNodeClient.Say("u-4", "c"));
        await node.SubmitAsync(RoomNodeClient.Say("u-4", "d"));

        Assert.Equal([3, 1], rig.Members.Asked);
    }

    [Fact]
    public async Task MentionedPeopleAreToldWhenTheMessageIsDurable()
    {
        var rig = await RoomRig.StartAsync();
        var node = new RigNode(rig, "n-1");
        await node.EnterAsync("u-2", "u-3");
        rig.Log.Hold();

        var waiting = node.SubmitAsync(new RoomCommand(
            RoomRigPeople.Person("u-1"), new Say(Guid.NewGuid(), "hello", Mentions: [new("u-2"), new("u-3")])));
        await rig.SettleAsync();
        Assert.Empty(rig.Mentions);
        rig.Log.Release();
        var outcomes = await waiting;

        Assert.Equal(["u-2: hello", "u-3: hello"], rig.Mentions.Select(mention => mention.Text));
        Assert.All(rig.Mentions, mention => Assert.Equal(outcomes[0].Seq, mention.Seq));
    }

    private static async Task<(int Present, int Joined, int Left)[]> ReportsAsync(RoomRig rig) =>
    [
        .. (await rig.EntriesAsync())
            .Select(entry => RoomEntryJson.Read(entry).Fact)
            .OfType<PresenceChanged>()
            .Select(fact => (fact.Present, fact.Joined, fact.Left)),
    ];

    private static int? PresentOf(RoomBatch batch)
    {
        using var state = StateOf(batch);
        return state.RootElement.TryGetProperty("present", out var present) ? present.GetInt32() : null;
    }

    private static string[]? PeopleOf(RoomBatch batch)
    {
        using var state = StateOf(batch);
        return state.RootElement.TryGetProperty("people", out var people)
            ? [.. people.EnumerateArray().Select(person => person.GetProperty("name").GetString()!)]
            : null;
    }

    private static string[]? NamesOf(RoomBatch batch, string member)
    {
        using var state = StateOf(batch);
        return state.RootElement.TryGetProperty(member, out var names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : null;
    }

    private static JsonDocument StateOf(RoomBatch batch) => JsonDocument.Parse(batch.State ?? "{}"u8.ToArray());
}
