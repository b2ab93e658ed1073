using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class ModerationTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void BanNamesWhatTheCommunityMustHoldFirstAndWhoLeaves()
    {
        _stage.Done("mod", new Ban(new("ann"), TimeSpan.FromHours(1), "spam"));

        var until = Stage.Begin.AddHours(1);
        Assert.Equal(new(new("ann"), null, until, "spam", null, null, new("mod")), _stage.Last.Standing);
        Assert.Equal(new(new("ann"), "banned", until), _stage.Last.Removal);
        Assert.Equal(new Restricted(RoomEntryKind.Banned, new("ann"), until, "spam"), _stage.Last.Facts.Single());
        Assert.Equal(RoomAudience.Moderators, _stage.Last.Facts[0].Audience);
        var refusal = _stage.Refused("ann", new Say(Guid.NewGuid(), "why"), "forbidden");
        Assert.Contains("2026-11-22 09:00:00 UTC: spam", refusal.Detail, StringComparison.Ordinal);
        _stage.Pass(TimeSpan.FromHours(1));
        _stage.Say("ann", "back");
    }

    [Fact]
    public void BanWithoutTimeIsForEverUntilItIsLifted()
    {
        _stage.Done("mod", new Ban(new("ann")));
        Assert.Equal(DateTimeOffset.MaxValue, _stage.Last.Standing!.BannedUntil);
        Assert.Null(_stage.Last.Removal!.Until);
        _stage.Pass(TimeSpan.FromDays(10_000));
        _stage.Refused("ann", new Say(Guid.NewGuid(), "why"), "forbidden");

        _stage.Done("mod", new Ban(new("ann"), TimeSpan.Zero));

        Assert.Equal(RoomEntryKind.Unbanned, _stage.Last.Facts.Single().Kind);
        Assert.Null(_stage.Last.Removal);
        _stage.Say("ann", "back");
    }

    [Fact]
    public void MutedPersonReadsVotesAndReactsButDoesNotWrite()
    {
        var message = _stage.Say("bob", "hello");
        var poll = _stage.Done("mod", new OpenPoll(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"]));
        var cloud = _stage.Done("mod", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "?"));
        var own = _stage.Say("ann", "hi");
        _stage.Done("ann", new RaiseHand());

        _stage.Done("mod", new Mute(new("ann"), TimeSpan.FromMinutes(10)));

        Assert.Equal(0, _stage.ModeratorSnapshot.GetProperty("hands").GetArrayLength());
        foreach (var action in new RoomAction[]
        {
            new Say(Guid.NewGuid(), "x"), new Edit(own, "x"), new Ask(Guid.NewGuid(), "x"), new RaiseHand(),
            new Vote(cloud, Word: "x"),
        })
            Assert.Equal(TimeSpan.FromMinutes(10), _stage.Refused("ann", action, "muted").RetryAfter);
        _stage.Done("ann", new Vote(poll, [0]));
        _stage.Done("ann", new ReactTo(message, "👍"));
        _stage.Done("ann", new Delete(own));
        _stage.Done("mod", new Mute(new("ann"), TimeSpan.Zero));
        _stage.Say("ann", "thanks");
    }

    [Fact]
    public void NobodyActsAgainstPeersOrBetters()
    {
        var day = TimeSpan.FromDays(1);
        foreach (var (actor, target) in new[] { ("mod", "owner"), ("mod", "other-mod"), ("mod", "mod"), ("owner",
            "owner") })
        {
            _stage.Refused(actor, new Ban(new(target), day), "forbidden");
            _stage.Refused(actor, new Mute(new(target), day), "forbidden");
        }
        _stage.Refused("ann", new Ban(new("bob"), day), "forbidden");
        _stage.Done("owner", new Mute(new("mod"), day));
        _stage.Refused("mod", new Say(Guid.NewGuid(), "but"), "muted");
        _stage.Done("owner", new Ban(new("mod"), day));
        _stage.Refused("mod", new Ban(new("mod"), TimeSpan.Zero), "forbidden");
        _stage.Refused("other-mod", new Ban(new("ann"), TimeSpan.FromDays(-1)), "invalid-request");
        _stage.Refused("other-mod", new Ban(new("no id"), day), "invalid-request");
    }

    [Fact]
    public void OwnerAloneGrantsRolesAndNobodyLiftsHerself()
    {
        _stage.Refused("mod", new GrantRole(new("ann"), CommunityRole.Moderator), "forbidden");
        _stage.Refused("owner", new GrantRole(new("ann"), CommunityRole.Owner), "invalid-request");
        _stage.Refused("owner", new GrantRole(new("owner"), CommunityRole.Member), "forbidden");

        _stage.Done("owner", new GrantRole(new("ann"), CommunityRole.Moderator));

        Assert.Equal(new(new("ann"), CommunityRole.Moderator, null, null, null, null, new("owner")),
            _stage.Last.Standing);
        Assert.Equal(RoomAudience.Moderators, _stage.Last.Facts.Single().Audience);
        _stage.Done("ann", new ChangeSettings(EmojiOnly: true));
    }

    [Fact]
    public void WhatTheCommunityHasMeanwhileIsDecidedTheSameAgain()
    {
        var lift = new Mute(new("ann"), TimeSpan.Zero);
        var grant = new GrantRole(new("ann"), CommunityRole.Member);
        _stage.Put("ann", CommunityRole.Member);

        Assert.NotEmpty(_stage.Decide("mod", lift).Facts);
        Assert.NotEmpty(_stage.Decide("owner", grant).Facts);
    }

    [Fact]
    public void ErasedHistoryTakesMessagesQuestionsAndWhatIsHeld()
    {
        var (message, other) = (_stage.Say("ann", "buy"), _stage.Say("bob", "hello"));
        _stage.Done("mod", new Pin(message));
        var question = _stage.Ask("ann", "buy?");
        _stage.Done("ann", new RaiseHand());
        _stage.Done("mod", new ChangeSettings(HoldMessages: true));
        var held = _stage.Say("ann", "buy again");
        _stage.State.TakeChanges();

        _stage.Done("mod", new Ban(new("ann"), Reason: "spam", EraseHistory: true));

        var changes = _stage.State.TakeChanges();
        Assert.Equal(new HistoryErased(new("ann")), _stage.Last.Facts[1]);
        Assert.Equal("null", Stage.Json(changes.Everyone!).GetProperty("questions").GetProperty(
            $"{question}").GetRawText());
        Assert.Equal(0, Stage.Json(changes.Everyone!).GetProperty("pinned").GetArrayLength());
        Assert.Equal("null", Stage.Json(changes.Moderators!).GetProperty("held").GetProperty($"{held}").GetRawText());
        Assert.Equal(0, Stage.Json(changes.Moderators!).GetProperty("hands").GetArrayLength());
        _stage.Refused("bob", new ReactTo(message, "👍"), "not-found");
        _stage.Done("bob", new ReactTo(other, "👍"));
        _stage.Refused("mod", new Ban(new("bob"), TimeSpan.Zero, null, true), "invalid-request");
    }

    [Fact]
    public void HeldMessageAppearsInItsAuthorsNameWhenItIsApproved()
    {
        _stage.Done("mod", new ChangeSettings(HoldMessages: true));
        var say = new Say(Guid.NewGuid(), "hello", null, [new("bob")]);
        var held = _stage.Done("ann", say);
        var rejected = _stage.Say("ann", "boo");

        Assert.Equal("ann", _stage.ModeratorSnapshot.GetProperty("held").GetProperty($"{held}").GetProperty(
            "by").GetString());
        _stage.Refused("bob", new Review(held, true), "forbidden");
        _stage.Done("mod", new Review(held, true));
        _stage.Done("mod", new Review(rejected, false));

        var said = _stage.At(rejected + 2);
        Assert.Equal(new Said(say.Id, "hello", null, [new("bob")], held), said.Fact);
        Assert.Equal("ann", said.By?.Value);
        Assert.Equal("mod", _stage.At(rejected + 1).By?.Value);
        Assert.False(_stage.ModeratorSnapshot.TryGetProperty("held", out _));
        _stage.Say("mod", "moderators are not held");
        Assert.False(_stage.Last.IsHeld);
    }

    [Fact]
    public void EditDoesNotPassReviewByTheBackDoor()
    {
        var message = _stage.Say("ann", "hello");
        _stage.Done("mod", new ChangeSettings(FilteredWords: ["spam"]));

        var held = _stage.Done("ann", new Edit(message, "spam"));
        Assert.True(_stage.Last.IsHeld);
        _stage.Done("ann", new Delete(message));
        _stage.Refused("mod", new Review(held, true), "conflict");
        _stage.Done("mod", new Review(held, false));

        var other = _stage.Say("ann", "again");
        held = _stage.Done("ann", new Edit(other, "spam after all"));
        _stage.Done("mod", new Review(held, true));
        Assert.Equal(new Edited(other, "spam after all", held), _stage.Log[^1].Fact);
    }

    [Fact]
    public void FilteredWordIsHeldOrRefused()
    {
        _stage.Done("mod", new ChangeSettings(FilteredWords: ["spam"]));
        var held = _stage.Say("ann", "S P A M");
        Assert.Equal("spam", ((Held)_stage.At(held).Fact).Word);

        _stage.Done("mod", new ChangeSettings(RefuseFiltered: true));

        _stage.Refused("ann", new Say(Guid.NewGuid(), "spam"), "filtered");
        _stage.Refused("ann", new Ask(Guid.NewGuid(), "spam"), "filtered");
        _stage.Say("mod", "spam");
    }

    [Fact]
    public void ReviewQueueIsBounded()
    {
        var stage = new Stage(new() { HeldMax = 1 });
        stage.Done("mod", new ChangeSettings(HoldMessages: true));
        stage.Say("ann", "one");

        Assert.NotNull(stage.Refused("bob", new Say(Guid.NewGuid(), "two"), "busy").RetryAfter);
    }

    [Theory]
    [InlineData("mod")]
    [InlineData("owner")]
    public void WhoeverIsBannedMayDoNothingWhateverHerRole(string user)
    {
        var say = new Say(Guid.NewGuid(), "hello");
        var message = _stage.Done(user, say);
        var question = _stage.Ask(user, "Why?");
        var poll = _stage.Done(user, new OpenPoll(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"]));
        _stage.Done("other-mod", new ChangeSettings(HoldMessages: true));
        var held = _stage.Say("ann", "held");

        _stage.Put(user, _stage.Standing(user) with { BannedUntil = DateTimeOffset.MaxValue });

        foreach (var action in new RoomAction[]
        {
            say, new Say(Guid.NewGuid(), "x"), new Edit(message, "x"), new Delete(message), new ReactTo(message, "👍"),
            new Pin(message), new Ask(Guid.NewGuid(), "x"), new Upvote(question), new AnswerQuestion(question),
            new OpenPoll(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"]), new Vote(poll, [0]), new ClosePoll(poll),
            new RaiseHand(), new CallHand(), new StartRoom(), new EndRoom(), new ChangeSettings(EmojiOnly: true),
            new Review(held, true), new Mute(new("ann"), TimeSpan.FromDays(1)), new Ban(new("ann")),
            new Ban(new(user), TimeSpan.Zero), new GrantRole(new("ann"), CommunityRole.Moderator),
        })
            Assert.Contains("banned", _stage.Refused(user, action, "forbidden").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyFillsTheReviewQueueAlone()
    {
        _stage.Done("mod", new ChangeSettings(HoldMessages: true));
        var held = Enumerable.Range(0, 10).Select(i => _stage.Say("ann", $"{i}")).ToArray();
        _stage.Reload();

        var refusal = _stage.Refused("ann", new Say(Guid.NewGuid(), "more"), "too-many");

        Assert.Contains("10 things of yours wait for review", refusal.Detail, StringComparison.Ordinal);
        _stage.Say("bob", "hello");
        _stage.Done("mod", new Review(held[3], false));
        _stage.Say("ann", "more");
        _stage.Refused("ann", new Say(Guid.NewGuid(), "and more"), "too-many");
        _stage.Do("mod", new Ban(new("ann"), TimeSpan.FromSeconds(1), null, EraseHistory: true));
        _stage.Pass(TimeSpan.FromSeconds(10));
        _stage.Say("ann", "anew");
    }

    [Fact]
    public void HandsAreCalledInOrder()
    {
        _stage.Refused("mod", new CallHand(), "not-found");
        foreach (var user in new[] { "ann", "bob", "eve", "kim" }) _stage.Done(user, new RaiseHand());
        _stage.Unchanged("ann", new RaiseHand());
        _stage.Done("bob", new RaiseHand(false));
        _stage.Unchanged("bob", new RaiseHand(false));

        _stage.Done("mod", new CallHand(new("kim")));
        _stage.Done("mod", new CallHand());

        var called = Assert.IsType<HandMoved>(_stage.Last.Facts.Single());
        Assert.Equal((new UserId("ann"), RoomAudience.Everyone), (called.User, called.Audience));
        Assert.Equal("eve", Assert.Single(_stage.ModeratorSnapshot.GetProperty("hands").EnumerateArray())
            .GetProperty("user").GetString());
        _stage.Refused("mod", new CallHand(new("bob")), "not-found");
        _stage.Refused("eve", new CallHand(), "forbidden");
    }

    [Fact]
    public void HandsAreBounded()
    {
        var stage = new Stage(new() { HandsMax = 1 });
        stage.Done("ann", new RaiseHand());

        stage.Refused("bob", new RaiseHand(), "too-many");
    }
}
