using System.Text;
using System.Text.Json;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class PollTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void LaterVoteReplacesTheEarlier()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.Single, "Lunch?", ["rice", "noodles", "soup"]));

        _stage.Done("ann", new Vote(poll, [0]));
        _stage.Done("bob", new Vote(poll, [0]));
        _stage.Done("ann", new Vote(poll, [2]));
        _stage.Unchanged("ann", new Vote(poll, [2]));

        Assert.Equal("[1,0,1]", Poll(poll).GetProperty("counts").GetRawText());
        Assert.Equal(2, Poll(poll).GetProperty("voters").GetInt32());
        _stage.Refused("eve", new Vote(poll, [0, 1]), "invalid-request");
        _stage.Refused("eve", new Vote(poll, [3]), "invalid-request");
        _stage.Refused("eve", new Vote(poll, [-1]), "invalid-request");
        _stage.Refused("eve", new Vote(poll, Value: 1), "invalid-request");
        _stage.Refused("eve", new Vote(poll), "invalid-request");
        _stage.Refused("eve", new Vote(999, [0]), "not-found");
    }

    [Fact]
    public void MultipleChoiceCountsEachChoiceOncePerPerson()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.Multiple, "Which?", ["a", "b", "c"]));

        _stage.Done("ann", new Vote(poll, [0, 2, 2]));
        _stage.Done("bob", new Vote(poll, [2]));
        _stage.Done("ann", new Vote(poll, [0, 1]));

        Assert.Equal("[1,1,1]", Poll(poll).GetProperty("counts").GetRawText());
    }

    [Fact]
    public void SliderHasMeanAndHistogram()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.Slider, "How sure?", Minimum: 0, Maximum: 10));

        _stage.Done("ann", new Vote(poll, Value: 0));
        _stage.Done("bob", new Vote(poll, Value: 10));
        _stage.Done("eve", new Vote(poll, Value: 9));
        _stage.Done("eve", new Vote(poll, Value: 5));

        Assert.Equal(5, Poll(poll).GetProperty("mean").GetDouble(), 1e-6);
        Assert.Equal("[1,0,0,0,0,1,0,0,0,1]", Poll(poll).GetProperty("histogram").GetRawText());
        _stage.Refused("ann", new Vote(poll, Value: 10.1), "invalid-request");
        _stage.Refused("ann", new Vote(poll, Value: double.NaN), "invalid-request");
    }

    [Fact]
    public void WordCloudCountsWordsAsTheyRead()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.WordCloud, "One word?"));
        _stage.Done("mod", new ChangeSettings(FilteredWords: ["spam"]));

        _stage.Done("ann", new Vote(poll, Word: "Deep  Learning"));
        _stage.Done("bob", new Vote(poll, Word: "ｄｅｅｐ learning "));
        _stage.Done("eve", new Vote(poll, Word: "学习"));

        var words = Poll(poll).GetProperty("words");
        Assert.Equal("""[{"word":"deep learning","count":2},{"word":"学习","count":1}]""", words.GetRawText());
        _stage.Refused("kim", new Vote(poll, Word: "s.p.a.m"), "filtered");
        _stage.Refused("kim", new Vote(poll, Word: new('x', 31)), "invalid-request");
    }

    [Fact]
    public void HiddenTotalsAreForModeratorsUntilTheClose()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"], ShowResults: false));
        _stage.State.TakeChanges();

        _stage.Done("ann", new Vote(poll, [1]));

        var changes = _stage.State.TakeChanges();
        Assert.False(Stage.Json(changes.Everyone!).GetProperty("polls").GetProperty($"{poll}").TryGetProperty(
            "counts", out _));
        Assert.Equal("[0,1]", Stage.Json(changes.Moderators!).GetProperty("polls").GetProperty($"{poll}")
            .GetProperty("counts").GetRawText());
        _stage.Done("mod", new ClosePoll(poll));
        Assert.Equal("[0,1]", Poll(poll).GetProperty("counts").GetRawText());
        _stage.Unchanged("mod", new ClosePoll(poll));
        _stage.Refused("ann", new Vote(poll, [0]), "conflict");
    }

    [Fact]
    public void PollClosesWhenItsTimeIsOver()
    {
        var poll = Open(new(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"], OpenFor: TimeSpan.FromSeconds(30)));
        _stage.Done("ann", new Vote(poll, [1]));

        Assert.Equal(Stage.Begin.AddSeconds(30), _stage.State.NextDue);
        _stage.Pass(TimeSpan.FromSeconds(29.999));
        Assert.True(Poll(poll).GetProperty("open").GetBoolean());
        _stage.Now += TimeSpan.FromMilliseconds(1);
        _stage.Refused("bob", new Vote(poll, [0]), "conflict");
        _stage.Pass(TimeSpan.Zero);

        Assert.False(Poll(poll).GetProperty("open").GetBoolean());
        Assert.Null(_stage.Log[^1].By);
        Assert.Null(_stage.State.NextDue);
        Assert.Empty(_stage.State.Due(_stage.Now));
    }

    [Fact]
    public void RightAnswerIsSeenWithTheCloseAndNotBefore()
    {
        var quiz = Open(new(Guid.NewGuid(), PollKind.Quiz, "2+2?", ["3", "4"], Right: 1));
        _stage.Done("ann", new Vote(quiz, [1]));
        var (everyone, moderators) = _stage.State.Snapshot();

        Assert.All(_stage.Log.Where(entry => entry.Fact.Audience != RoomAudience.Nobody),
            entry => Assert.DoesNotContain("right", Stage.Text(entry), StringComparison.Ordinal));
        Assert.DoesNotContain("right", Encoding.UTF8.GetString(everyone), StringComparison.Ordinal);
        Assert.DoesNotContain("right", Encoding.UTF8.GetString(moderators), StringComparison.Ordinal);
        Assert.False(Poll(quiz).TryGetProperty("counts", out _));

        _stage.Done("mod", new ClosePoll(quiz));

        Assert.Equal(1, Poll(quiz).GetProperty("right").GetInt32());
        Assert.Contains("\"right\":1", Stage.Text(_stage.Log[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void QuizTakesTheFirstAnswerAndScoresSpeed()
    {
        var quiz = Open(new(Guid.NewGuid(), PollKind.Quiz, "?", ["a", "b"], Right: 0,
            OpenFor: TimeSpan.FromSeconds(10)));

        _stage.Done("ann", new Vote(quiz, [0]));
        _stage.Refused("ann", new Vote(quiz, [1]), "conflict");
        _stage.Unchanged("ann", new Vote(quiz, [0]));
        _stage.Pass(TimeSpan.FromSeconds(5));
        _stage.Done("bob", new Vote(quiz, [0]));
        _stage.Done("eve", new Vote(quiz, [1]));
        _stage.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal([("ann", 1_000), ("bob", 750)], Leaders());
    }

    [Fact]
    public void QuizWithoutTimeScoresOrderAndTheBoardAddsUp()
    {
        var (one, two) = (Quiz(), Quiz());
        foreach (var user in new[] { "zoe", "bob", "ann", "eve" })
        {
            _stage.Done(user, new Vote(one, [0]));
            _stage.Done(user, new Vote(two, [user is "ann" or "bob" ? 0 : 1]));
        }

        _stage.Done("mod", new ClosePoll(one));
        Assert.Equal([("zoe", 1_000), ("bob", 875), ("ann", 750), ("eve", 625)], Leaders());
        _stage.Reload();
        _stage.Done("mod", new ClosePoll(two));

        Assert.Equal([("bob", 1_875), ("ann", 1_500), ("zoe", 1_000), ("eve", 625)], Leaders());
    }

    [Fact]
    public void TiesOnTheBoardGoToTheSmallerId()
    {
        foreach (var user in new[] { "zoe", "ann" })
        {
            var quiz = Quiz();
            _stage.Done(user, new Vote(quiz, [0]));
            _stage.Done("mod", new ClosePoll(quiz));
        }

        Assert.Equal([("ann", 1_000), ("zoe", 1_000)], Leaders());
    }

    [Fact]
    public void QuizzesThatCloseTogetherAddUpInOrder()
    {
        var quizzes = new[] { Quiz(TimeSpan.FromSeconds(10)), Quiz(TimeSpan.FromSeconds(10)) };
        foreach (var quiz in quizzes) _stage.Done("ann", new Vote(quiz, [0]));

        _stage.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal([1_000, 2_000], _stage.Log.Select(entry => entry.Fact).OfType<PollClosed>()
            .Select(closed => closed.Leaders.Single().Score));
    }

    [Fact]
    public void PollThatMakesNoSenseIsRefused()
    {
        Refused(new(Guid.NewGuid(), PollKind.Single, "?", ["only"]));
        Refused(new(Guid.NewGuid(), PollKind.Single, "?", ["same", "same"]));
        Refused(new(Guid.NewGuid(), PollKind.Single, "", ["a", "b"]));
        Refused(new(Guid.NewGuid(), PollKind.Single, "?", ["a", "b"], Right: 0));
        Refused(new(Guid.NewGuid(), PollKind.Single, "?", ["a", null!]));
        Refused(new(Guid.NewGuid(), PollKind.Single, "?", [.. Enumerable.Range(0, 11).Select(i => $"{i}")]));
        Refused(new(Guid.NewGuid(), PollKind.Quiz, "?", ["a", "b"]));
        Refused(new(Guid.NewGuid(), PollKind.Quiz, "?", ["a", "b"], Right: 2));
        Refused(new(Guid.NewGuid(), PollKind.Slider, "?"));
        Refused(new(Guid.NewGuid(), PollKind.Slider, "?", Minimum: 1, Maximum: 1));
        Refused(new(Guid.NewGuid(), PollKind.Slider, "?", Minimum: 0, Maximum: double.PositiveInfinity));
        Refused(new(Guid.NewGuid(), PollKind.WordCloud, "?", ["a", "b"]));
        Refused(new(Guid.NewGuid(), (PollKind)99, "?", ["a", "b"]));
        Refused(new(Guid.NewGuid(), PollKind.WordCloud, "?", OpenFor: TimeSpan.FromDays(2)));
        _stage.Refused("ann", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "?"), "forbidden");

        void Refused(OpenPoll open) => _stage.Refused("mod", open, "invalid-request");
    }

    [Fact]
    public void OpenPollsAreBoundedAndClosedOnesKept()
    {
        var stage = new Stage(new() { PollsOpenMax = 2, PollsKept = 1 });
        var polls = new[] { OpenIn(stage), OpenIn(stage) };

        stage.Refused("mod", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "?"), "too-many");
        foreach (var poll in polls) stage.Done("mod", new ClosePoll(poll));

        Assert.Equal($"{polls[1]}", Assert.Single(stage.Snapshot.GetProperty("polls").EnumerateObject()).Name);

        static long OpenIn(Stage stage) => stage.Done("mod", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "?"));
    }

    [Fact]
    public void VotersAreBounded()
    {
        var stage = new Stage(new() { VotersMax = 1 });
        var poll = stage.Done("mod", new OpenPoll(Guid.NewGuid(), PollKind.WordCloud, "?"));
        stage.Done("ann", new Vote(poll, Word: "one"));

        stage.Refused("bob", new Vote(poll, Word: "two"), "too-many");
        stage.Done("ann", new Vote(poll, Word: "three"));
    }

    private long Quiz(TimeSpan? openFor = null) =>
        Open(new(Guid.NewGuid(), PollKind.Quiz, "?", ["a", "b"], Right: 0, OpenFor: openFor));

    private long Open(OpenPoll open) => _stage.Done("mod", open);

    private JsonElement Poll(long seq) => _stage.Snapshot.GetProperty("polls").GetProperty($"{seq}");

    private IEnumerable<(string, int)> Leaders() => ((PollClosed)_stage.Log[^1].Fact).Leaders
        .Select(leader => (leader.User.Value, leader.Score));
}
