using System.Text;
using System.Text.Json;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;
using FsCheck;
using FsCheck.Fluent;

namespace Engage.Grains.Tests.Rooms.Model;

/// <summary>Whatever people do: the log is the truth, and saved state is a short cut to it and nothing else.</summary>
public sealed class ReplayTests
{
    private const int Steps = 250;

    [Fact]
    public void SavedStateGoesOnExactlyAsTheOneThatSavedIt() => Check(seed =>
    {
        var random = new Random(seed);
        var (stage, course) = Play(seed, random.Next(Steps));
        var loaded = RoomState.Load(stage.State.Save(), stage.Definition, RandomCourse.Options);
        stage.State.TakeChanges();

        for (var i = 0; i < 60; i++)
        {
            var (user, action) = course.Next(stage.State.Seq);
            stage.Pass(TimeSpan.FromMilliseconds(random.Next(3_000)));
            Follow(loaded, stage);
            var command = new RoomCommand(Stage.Person(user), action);
            var target = RoomState.TargetOf(action) is { } other ? stage.Standing(other.Value) : null;
            var decision = loaded.Decide(command, stage.Standing(user), stage.Now, target);
            stage.Do(user, action);
            Follow(loaded, stage);

            Assert.Equal(Text(stage.Last), Text(decision));
            Assert.Equal(Text(stage.State.Snapshot()), Text(loaded.Snapshot()));
            Assert.Equal(Text(stage.State.TakeChanges()), Text(loaded.TakeChanges()));
            Assert.Equal(stage.State.NextDue, loaded.NextDue);
        }
        Assert.Equal(stage.State.Save(), loaded.Save());
    });

    [Fact]
    public void LogGivesTheSameStateAgain() => Check(seed =>
    {
        var (stage, _) = Play(seed, Steps);

        var replayed = stage.Replayed();

        Assert.Equal(stage.State.Save(), replayed.Save());
        Assert.Equal(Text(stage.State.Snapshot()), Text(replayed.Snapshot()));
    });

    [Fact]
    public void EveryEntryIsReadAsItWasWritten() => Check(seed =>
    {
        var (stage, _) = Play(seed, Steps);

        foreach (var entry in stage.Log)
            Assert.Equal(entry, RoomEntryJson.Read(RoomEntryJson.Log(entry)));
    });

    [Fact]
    public void TwoRunsAreTheSameToTheLastByte() => Check(seed =>
    {
        var (one, _) = Play(seed, Steps);
        var (other, _) = Play(seed, Steps);

        Assert.Equal(one.Log.Select(Stage.Text), other.Log.Select(Stage.Text));
        Assert.Equal(one.State.Save(), other.State.Save());
    });

    [Fact]
    public void DecidingChangesNothing() => Check(seed =>
    {
        var (stage, course) = Play(seed, Steps / 2);
        var before = stage.State.Save();

        for (var i = 0; i < 50; i++)
        {
            var (user, action) = course.Next(stage.State.Seq);
            stage.Decide(user, action);
        }

        Assert.Equal(before, stage.State.Save());
    });

    /// <summary>A client that folds the changes it is sent ends with what somebody who comes in is given.</summary>
    [Fact]
    public void ChangesFoldToTheSnapshot() => Check(seed =>
    {
        var stage = new Stage(RandomCourse.Options);
        var course = new RandomCourse(seed);
        Dictionary<string, string> everyone = [], moderators = [];
        for (var i = 0; i < Steps; i++)
        {
            course.Step(stage);
            if (i % 7 != 0) continue;

            var changes = stage.State.TakeChanges();
            StateFold.Fold(everyone, changes.Everyone);
            StateFold.Fold(moderators, changes.Moderators);
        }
        var last = stage.State.TakeChanges();
        StateFold.Fold(everyone, last.Everyone);
        StateFold.Fold(moderators, last.Moderators);

        StateFold.AssertHolds(everyone, stage.Snapshot);
        StateFold.AssertHolds(moderators, stage.ModeratorSnapshot);
    });

    [Fact]
    public void TotalsAreWhatTheLogAddsUpTo() => Check(seed =>
    {
        var (stage, _) = Play(seed, Steps);

        foreach (var poll in Members(stage.ModeratorSnapshot, "polls").Concat(Members(stage.Snapshot, "polls")))
            LogTotals.AssertPoll(stage.Log, long.Parse(poll.Name, null), poll.Value);
        foreach (var question in Members(stage.Snapshot, "questions"))
            Assert.Equal(LogTotals.Votes(stage.Log, long.Parse(question.Name, null)),
                question.Value.GetProperty("votes").GetInt32());
        foreach (var message in Members(stage.Snapshot, "messages"))
            Assert.Equal(LogTotals.Reactions(stage.Log, long.Parse(message.Name, null)),
                message.Value.GetProperty("reactions").EnumerateObject()
                    .ToDictionary(emoji => emoji.Name, emoji => emoji.Value.GetInt32()));
    });

    /// <summary>Otherwise the properties above would say little.</summary>
    [Fact]
    public void RandomCoursesMeetEveryKindOfEntryAndEveryRefusal()
    {
        var kinds = new HashSet<(RoomEntryKind, RoomAudience)>();
        var problems = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var stage = new Stage(RandomCourse.Options);
            var course = new RandomCourse(seed);
            for (var i = 0; i < Steps; i++)
            {
                course.Step(stage);
                if (stage.Last.Refusal is { } refusal) problems.Add(refusal.Problem);
            }
            kinds.UnionWith(stage.Log.Select(entry => (entry.Fact.Kind, entry.Fact.Audience)));
        }

        var never = Enum.GetValues<RoomEntryKind>().Except(kinds.Select(kind => kind.Item1));
        Assert.Equal([RoomEntryKind.Scheduled], never);
        Assert.Contains((RoomEntryKind.PollOpened, RoomAudience.Nobody), kinds);
        Assert.Contains((RoomEntryKind.Deleted, RoomAudience.Moderators), kinds);
        Assert.Equal(
            ["busy", "conflict", "emoji-only", "filtered", "forbidden", "invalid-request", "members-only", "muted",
                "not-found", "not-live", "slow-down", "slow-mode", "too-many"],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DamagedStateIsRefusedAsSuch()
    {
        var (stage, _) = Play(7, Steps);
        var saved = stage.State.Save();

        for (var length = 0; length < saved.Length; length += 13)
            Assert.Throws<InvalidDataException>(
                () => RoomState.Load(saved.AsSpan(0, length), stage.Definition, RandomCourse.Options));
        saved[0]++;
        Assert.Throws<InvalidDataException>(() => RoomState.Load(saved, stage.Definition, RandomCourse.Options));
    }

    private static void Check(Action<int> holds) =>
        Prop.ForAll<int>(seed => holds(seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(1_000_000));

    private static (Stage Stage, RandomCourse Course) Play(int seed, int steps)
    {
        var stage = new Stage(RandomCourse.Options);
        var course = new RandomCourse(seed);
        for (var i = 0; i < steps; i++) course.Step(stage);
        return (stage, course);
    }

    private static void Follow(RoomState state, Stage stage)
    {
        while (state.Seq < stage.State.Seq) state.Apply(stage.At(state.Seq + 1));
    }

    private static JsonProperty[] Members(JsonElement state, string name) =>
        state.TryGetProperty(name, out var members) ? [.. members.EnumerateObject()] : [];

    private static string Text(Decision decision) => string.Join('\n',
        decision.Number(1, Stage.Begin, null).Select(Stage.Text)
            .Append($"{decision.Refusal} {decision.Seq} {decision.Standing} {decision.Removal}"));

    private static string Text((byte[] Everyone, byte[] Moderators) snapshot) =>
        Encoding.UTF8.GetString(snapshot.Everyone) + Encoding.UTF8.GetString(snapshot.Moderators);

    private static string Text(StateChanges changes) =>
        Encoding.UTF8.GetString(changes.Everyone ?? []) + Encoding.UTF8.GetString(changes.Moderators ?? []);
}
