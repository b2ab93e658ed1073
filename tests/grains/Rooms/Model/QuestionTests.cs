using System.Text;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class QuestionTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void AuthorOfAnAnonymousQuestionIsInTheLogAloneAndInNoJson()
    {
        var seq = _stage.Ask("ann", "May I ask?", anonymous: true);
        _stage.Done("ann", new Edit(seq, "May I ask this?"));
        var removed = _stage.Ask("ann", "And this?", anonymous: true);
        _stage.Done("ann", new Delete(removed));

        Assert.All(_stage.Log.Skip(1), entry => Assert.Equal("ann", entry.By?.Value));
        Assert.All(_stage.Log.Skip(1), entry =>
            Assert.DoesNotContain("ann", Stage.Text(entry), StringComparison.Ordinal));
        var (everyone, moderators) = _stage.State.Snapshot();
        Assert.DoesNotContain("ann", Encoding.UTF8.GetString(everyone), StringComparison.Ordinal);
        Assert.DoesNotContain("ann", Encoding.UTF8.GetString(moderators), StringComparison.Ordinal);
    }

    [Fact]
    public void AnonymityHoldsInTheReviewQueueAndTheAudit()
    {
        _stage.Done("mod", new ChangeSettings(HoldQuestions: true));
        var held = _stage.Ask("ann", "Is it safe?", anonymous: true);
        var inQueue = Encoding.UTF8.GetString(_stage.State.Snapshot().Moderators);
        _stage.Do("mod", new Review(held, true));
        var question = _stage.Log[^1];
        _stage.Do("mod", new Delete(question.Seq, "no"));

        Assert.DoesNotContain("ann", inQueue, StringComparison.Ordinal);
        Assert.Equal("ann", question.By?.Value);
        Assert.All(_stage.Log, entry => Assert.DoesNotContain("ann", Stage.Text(entry), StringComparison.Ordinal));
    }

    [Fact]
    public void UpvotesCountPeople()
    {
        var seq = _stage.Ask("ann", "Why?");

        _stage.Done("bob", new Upvote(seq));
        _stage.Unchanged("bob", new Upvote(seq));
        _stage.Done("eve", new Upvote(seq));
        _stage.Done("eve", new Upvote(seq, false));
        _stage.Refused("ann", new Upvote(seq), "forbidden");

        Assert.Equal(1, Question(seq).GetProperty("votes").GetInt32());
        Assert.Equal("ann", Question(seq).GetProperty("by").GetString());
    }

    [Fact]
    public void AnsweredQuestionIsClosed()
    {
        var seq = _stage.Ask("ann", "Why?");
        _stage.Done("ann", new Edit(seq, "Why not?"));
        _stage.Refused("bob", new Edit(seq, "mine"), "forbidden");
        _stage.Refused("bob", new AnswerQuestion(seq, "because"), "forbidden");

        _stage.Done("mod", new AnswerQuestion(seq, "Because."));

        _stage.Refused("ann", new Edit(seq, "But"), "conflict");
        _stage.Refused("bob", new Upvote(seq), "conflict");
        _stage.Unchanged("mod", new AnswerQuestion(seq, "Because."));
        Assert.True(Question(seq).GetProperty("answered").GetBoolean());
        Assert.Equal("Because.", Question(seq).GetProperty("answer").GetString());
    }

    [Fact]
    public void RemovedQuestionIsNullInTheStateOnce()
    {
        var seq = _stage.Ask("ann", "Why?");
        _stage.State.TakeChanges();

        _stage.Refused("bob", new Delete(seq), "forbidden");
        _stage.Done("ann", new Delete(seq));

        Assert.Equal($$$"""{"questions":{"{{{seq}}}":null}}""",
            Encoding.UTF8.GetString(_stage.State.TakeChanges().Everyone!));
        Assert.False(_stage.Snapshot.TryGetProperty("questions", out _));
        _stage.Refused("bob", new Upvote(seq), "not-found");
    }

    [Fact]
    public void HeldQuestionIsForModeratorsUntilItIsApproved()
    {
        _stage.Done("mod", new ChangeSettings(HoldQuestions: true));
        var ask = new Ask(Guid.NewGuid(), "Why?");
        var held = _stage.Done("ann", ask);

        Assert.True(_stage.Last.IsHeld);
        Assert.False(_stage.Snapshot.TryGetProperty("questions", out _));
        Assert.Equal(held, _stage.Unchanged("ann", ask).Seq);

        _stage.Done("mod", new Review(held, true));

        var asked = _stage.Log[^1];
        Assert.Equal(new Asked(ask.Id, "Why?", false, held), asked.Fact);
        Assert.Equal(("ann", "Mr ann"), (asked.By?.Value, asked.Name));
        Assert.Null(asked.Fact.MessageId);
        Assert.Equal(held, _stage.Unchanged("ann", ask).Seq);
        _stage.Refused("mod", new Review(held, true), "not-found");
    }

    [Fact]
    public void OpenQuestionsAreBoundedPerPersonAndRoom()
    {
        var stage = new Stage(new() { QuestionsOpenMax = 3, QuestionsPerPersonMax = 2 });
        var first = stage.Ask("ann", "1");
        stage.Ask("ann", "2");

        stage.Refused("ann", new Ask(Guid.NewGuid(), "3"), "too-many");
        stage.Ask("bob", "3");
        stage.Refused("eve", new Ask(Guid.NewGuid(), "4"), "too-many");
        stage.Done("mod", new AnswerQuestion(first));
        stage.Ask("eve", "4");
    }

    [Fact]
    public void QuestionsThatWaitForReviewCountTowardsTheBoundOfTheirAsker()
    {
        var stage = new Stage(new() { QuestionsPerPersonMax = 2 });
        stage.Ask("ann", "1");
        stage.Done("mod", new ChangeSettings(HoldQuestions: true));
        var held = stage.Ask("ann", "2");
        stage.Reload();

        stage.Refused("ann", new Ask(Guid.NewGuid(), "3"), "too-many");
        stage.Done("mod", new Review(held, true));
        stage.Refused("ann", new Ask(Guid.NewGuid(), "3"), "too-many");
        stage.Done("mod", new AnswerQuestion(stage.State.Seq));
        stage.Ask("ann", "3");
    }

    [Fact]
    public void NewestAnsweredQuestionsAreKept()
    {
        var stage = new Stage(new() { QuestionsKept = 2 });
        var seqs = Enumerable.Range(0, 3).Select(i => stage.Ask("ann", $"{i}")).ToArray();

        foreach (var seq in seqs) stage.Done("mod", new AnswerQuestion(seq));

        Assert.Equal(seqs[1..].Select(seq => $"{seq}"),
            stage.Snapshot.GetProperty("questions").EnumerateObject().Select(question => question.Name));
    }

    private System.Text.Json.JsonElement Question(long seq) =>
        _stage.Snapshot.GetProperty("questions").GetProperty($"{seq}");
}
