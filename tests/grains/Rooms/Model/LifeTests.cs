using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class LifeTests
{
    [Fact]
    public void RoomWithoutScheduleIsLiveFromItsCreation()
    {
        var stage = new Stage();

        Assert.Equal(RoomPhase.Live, stage.State.Phase);
        Assert.Equal(Stage.Begin, stage.State.StartedAt);
        stage.Say("ann", "hello");
    }

    [Fact]
    public void ScheduledRoomIsForModeratorsUntilItIsStarted()
    {
        var stage = new Stage(scheduledAt: Stage.Begin.AddHours(1));

        stage.Refused("ann", new Say(Guid.NewGuid(), "early"), "not-live");
        stage.Say("mod", "we begin at nine");
        stage.Refused("ann", new StartRoom(), "forbidden");
        stage.Done("mod", new StartRoom());
        stage.Say("ann", "hello");

        Assert.Equal(RoomPhase.Live, stage.State.Phase);
        Assert.Equal("live", stage.Snapshot.GetProperty("phase").GetString());
        stage.Unchanged("mod", new StartRoom());
    }

    [Fact]
    public void TimeAloneStartsNothing()
    {
        var stage = new Stage(scheduledAt: Stage.Begin.AddHours(1));

        stage.Pass(TimeSpan.FromHours(2));

        Assert.Equal(RoomPhase.Scheduled, stage.State.Phase);
    }

    [Fact]
    public void EndedRoomIsForModeratorsAndCannotBeStartedAgain()
    {
        var stage = new Stage();
        var message = stage.Say("ann", "hello");

        stage.Done("owner", new EndRoom());

        stage.Refused("ann", new Say(Guid.NewGuid(), "one more"), "not-live");
        stage.Refused("ann", new Delete(message), "not-live");
        stage.Done("mod", new Delete(message, "off topic"));
        stage.Refused("mod", new StartRoom(), "conflict");
        stage.Unchanged("mod", new EndRoom());
        Assert.Equal("ended", stage.Snapshot.GetProperty("phase").GetString());
    }

    [Fact]
    public void EndClosesPollsAndLowersHands()
    {
        var stage = new Stage();
        var poll = stage.Done("mod", new OpenPoll(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"]));
        stage.Done("ann", new RaiseHand());

        stage.Do("mod", new EndRoom());

        Assert.IsType<PollClosed>(stage.Last.Facts[0]);
        Assert.IsType<Ended>(stage.Last.Facts[1]);
        Assert.False(stage.Snapshot.GetProperty("polls").GetProperty($"{poll}").GetProperty("open").GetBoolean());
        Assert.Equal(0, stage.ModeratorSnapshot.GetProperty("hands").GetArrayLength());
    }

    [Fact]
    public void RetryIsAnsweredWithItsFirstPlaceWhateverHasChangedSince()
    {
        var stage = new Stage();
        var say = new Say(Guid.NewGuid(), "once");
        var seq = stage.Done("ann", say);
        stage.Done("mod", new EndRoom());

        Assert.Equal(seq, stage.Unchanged("ann", say).Seq);
        Assert.Equal(seq, stage.State.FindMessage(new("ann"), say.Id));
        Assert.Null(stage.State.FindMessage(new("bob"), say.Id));
    }

    [Fact]
    public void ClientIdsBeyondTheBoundAreForgottenOldestFirst()
    {
        var stage = new Stage(new() { MessageIdsRemembered = 2 });
        var says = Enumerable.Range(0, 3).Select(i => new Say(Guid.NewGuid(), $"{i}")).ToArray();

        foreach (var say in says) stage.Done("ann", say);

        Assert.Null(stage.State.FindMessage(new("ann"), says[0].Id));
        Assert.Equal(3, stage.State.FindMessage(new("ann"), says[1].Id));
    }

    [Fact]
    public void EntryThatDoesNotFollowIsNotApplied()
    {
        var state = new Stage().State;

        Assert.Throws<ArgumentException>(() => state.Apply(RoomEntry.Of(5, Stage.Begin, null, new Ended())));
    }

    [Fact]
    public void SettingsAreForEveryoneButWordsForModerators()
    {
        var stage = new Stage();
        stage.State.TakeChanges();

        stage.Done("mod", new ChangeSettings(SlowMode: TimeSpan.FromSeconds(10), FilteredWords: ["spam", "spam"]));

        var changes = stage.State.TakeChanges();
        Assert.Equal(10, Stage.Json(changes.Everyone!).GetProperty("settings").GetProperty(
            "slowModeSeconds").GetInt32());
        Assert.DoesNotContain("spam", System.Text.Encoding.UTF8.GetString(changes.Everyone!), StringComparison.Ordinal);
        Assert.Equal(1, Stage.Json(changes.Moderators!).GetProperty("settings").GetProperty(
            "filteredWords").GetArrayLength());
        Assert.Equal([RoomAudience.Everyone, RoomAudience.Moderators], stage.Last.Facts.Select(fact => fact.Audience));
        stage.Unchanged("mod", new ChangeSettings(SlowMode: TimeSpan.FromSeconds(10)));
        stage.Refused("mod", new ChangeSettings(SlowMode: TimeSpan.FromHours(2)), "invalid-request");
        stage.Refused("mod", new ChangeSettings(FilteredWords: ["---"]), "invalid-request");
        stage.Refused("mod", new ChangeSettings(FilteredWords: [.. Enumerable.Range(0, 201).Select(i => $"w{i}")]),
            "invalid-request");
        stage.Refused("ann", new ChangeSettings(EmojiOnly: true), "forbidden");
    }

    [Fact]
    public void NothingIsTakenTwice()
    {
        var stage = new Stage();
        stage.Done("mod", new ChangeSettings(EmojiOnly: true));

        stage.State.TakeChanges();

        Assert.Equal(new StateChanges(null, null), stage.State.TakeChanges());
        Assert.Equal("""{"present":3}""", System.Text.Encoding.UTF8.GetString(
            stage.State.TakeChanges(json => json.WriteNumber("present", 3)).Everyone!));
    }

    [Theory]
    [InlineData(nameof(RoomOptions.TextLengthMax), 0)]
    [InlineData(nameof(RoomOptions.HandsMax), -1)]
    [InlineData(nameof(RoomOptions.VotersMax), 2_000_000)]
    public void OptionOutOfRangeIsNamed(string name, int value)
    {
        var options = new RoomOptions();
        options.Validate();

        typeof(RoomOptions).GetProperty(name)!.SetValue(options, value);

        Assert.Contains(name, Assert.Throws<InvalidOperationException>(options.Validate).Message,
            StringComparison.Ordinal);
    }
}
