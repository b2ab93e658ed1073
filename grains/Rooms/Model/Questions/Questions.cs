using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Questions, open and answered. In what order they are shown, by votes or by time, is the reader's choice.
/// </summary>
internal sealed class Questions(RoomOptions options, Course course, HeldQueue held, Screening screening) : RoomPart
{
    private static readonly JsonEncodedText QuestionsName = JsonNames.Name("questions");

    private readonly SortedDictionary<long, Question> _questions = [];
    private readonly Queue<long> _answered = new();
    private readonly SortedSet<long> _changed = [];
    private readonly SortedSet<long> _removed = [];
    private readonly Dictionary<UserId, int> _openBy = [];
    private int _open;

    public Decision DecideAsk(Ask ask, in Act act)
    {
        var text = RoomText.Clean(ask.Text, options.TextLengthMax);
        if (text.Wrong is { } wrong) return Decision.Refuse(Refusals.Invalid($"text {wrong}"));

        if (_open >= options.QuestionsOpenMax)
            return Decision.Refuse(Refusals.TooMany(
                $"{_open} questions are open, which is all the room takes; upvote one"));
        var own = _openBy.GetValueOrDefault(act.User) + held.QuestionsOf(act.User);
        if (own >= options.QuestionsPerPersonMax)
            return Decision.Refuse(Refusals.TooMany(
                $"{own} questions of yours are open or wait for review; wait for an answer or delete one"));

        return act.Moderates
            ? Decision.Made(new Asked(ask.Id, text.Text, ask.Anonymous))
            : screening.Pass(act.User, text.Text, course.Settings.HoldQuestions, cause => cause is null
                ? new Asked(ask.Id, text.Text, ask.Anonymous)
                : new Held(RoomEntryKind.Asked, ask.Id, text.Text, null, [], ask.Anonymous, null, cause.Word));
    }

    public Decision DecideUpvote(Upvote upvote, in Act act)
    {
        if (Find(upvote.Question, out var question) is { } missing) return Decision.Refuse(missing);
        if (question.By == act.User)
            return Decision.Refuse(Refusals.Forbidden($"question {upvote.Question} is yours; others vote for it"));
        if (question.Votes.Contains(act.User) == upvote.On) return Decision.Nothing;
        if (question.IsAnswered)
            return Decision.Refuse(Refusals.Conflict($"question {upvote.Question} is answered; votes are over"));

        return upvote.On && question.Votes.Count >= options.VotersMax
            ? Decision.Refuse(Refusals.TooMany(
                $"question {upvote.Question} has all {options.VotersMax} votes it can count"))
            : Decision.Made(new QuestionUpvoted(upvote.Question, upvote.On));
    }

    public Decision DecideEdit(Edit edit, in Act act)
    {
        if (Find(edit.Target, out var question) is { } missing) return Decision.Refuse(missing);
        if (question.By != act.User)
            return Decision.Refuse(Refusals.Forbidden($"question {edit.Target} is not yours; only its asker edits it"));
        if (question.IsAnswered)
            return Decision.Refuse(Refusals.Conflict($"question {edit.Target} is answered; ask another one"));

        var text = RoomText.Clean(edit.Text, options.TextLengthMax);
        if (text.Wrong is { } wrong) return Decision.Refuse(Refusals.Invalid($"text {wrong}"));
        if (text.Text == question.Text) return Decision.Nothing;

        var anonymous = question.IsAnonymous;
        return act.Moderates
            ? Decision.Made(new QuestionEdited(edit.Target, text.Text, anonymous))
            : screening.Pass(act.User, text.Text, course.Settings.HoldQuestions, cause => cause is null
                ? new QuestionEdited(edit.Target, text.Text, anonymous)
                : new Held(RoomEntryKind.QuestionEdited, null, text.Text, null, [], anonymous, edit.Target,
                    cause.Word));
    }

    public Decision DecideAnswer(AnswerQuestion answer)
    {
        if (Find(answer.Question, out var question) is { } missing) return Decision.Refuse(missing);

        var text = answer.Text is null ? default : RoomText.Clean(answer.Text, options.AnswerLengthMax);
        if (text.Wrong is { } wrong) return Decision.Refuse(Refusals.Invalid($"text {wrong}"));

        return question.IsAnswered && question.Answer == text.Text
            ? Decision.Nothing
            : Decision.Made(new QuestionAnswered(answer.Question, text.Text));
    }

    public Decision DecideRemove(Delete delete, string? reason, in Act act)
    {
        if (Find(delete.Target, out var question) is { } missing) return Decision.Refuse(missing);
        if (question.By == act.User) return Decision.Made(new QuestionRemoved(delete.Target));

        return act.Moderates
            ? Decision.Made(new QuestionRemoved(delete.Target), new DeletionAudited(delete.Target,
                question.IsAnonymous ? null : question.By, question.Text, reason, question.By))
            : Decision.Refuse(Refusals.Forbidden(
                $"question {delete.Target} is not yours; its asker and moderators remove it"));
    }

    public bool Has(long seq) => _questions.ContainsKey(seq);

    /// <summary>Who asked by name; null: anonymous, or not known.</summary>
    public Person? SignerOf(long seq) =>
        _questions.GetValueOrDefault(seq) is { IsAnonymous: false } question ? new(question.By, question.Name) : null;

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            // Without text it is of somebody who was erased.
            case Asked { Text.Length: > 0 } asked when entry.By is { } by:
                Add(new()
                {
                    Seq = entry.Seq, By = by, Name = entry.Name ?? "", Id = asked.Id, At = RoomTime.Of(entry.At),
                    IsAnonymous = asked.Anonymous, Text = asked.Text,
                });
                break;
            case QuestionEdited edited when _questions.GetValueOrDefault(edited.Target) is { } question:
                question.Text = edited.Text;
                _changed.Add(question.Seq);
                break;
            case QuestionUpvoted vote when entry.By is { } by &&
                _questions.GetValueOrDefault(vote.Question) is { } question:
                if (vote.On) question.Votes.Add(by);
                else question.Votes.Remove(by);
                _changed.Add(question.Seq);
                break;
            case QuestionAnswered answer when _questions.GetValueOrDefault(answer.Question) is { } question:
                MarkAnswered(question, answer.Text);
                break;
            case QuestionRemoved removed when _questions.GetValueOrDefault(removed.Target) is { } question:
                Remove(question);
                break;
            case HistoryErased erased:
                // An anonymous one that went with the others would be known for hers.
                foreach (var question in _questions.Values
                    .Where(question => question.By == erased.User && !question.IsAnonymous).ToArray())
                    Remove(question);
                break;
        }
    }

    public override bool HasChanges => _changed.Count > 0 || _removed.Count > 0;

    public override void Taken()
    {
        _changed.Clear();
        _removed.Clear();
    }

    public override void WriteTo(Utf8JsonWriter json, bool all)
    {
        var seqs = all ? (IReadOnlyCollection<long>)_questions.Keys : _changed;
        if (seqs.Count == 0 && (all || _removed.Count == 0)) return;

        json.WriteStartObject(QuestionsName);
        foreach (var seq in seqs)
        {
            if (!_questions.TryGetValue(seq, out var question)) continue;

            json.WriteSeqName(seq);
            question.WriteTo(json);
        }
        if (!all)
            foreach (var seq in _removed)
            {
                json.WriteSeqName(seq);
                json.WriteNullValue();
            }
        json.WriteEndObject();
    }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteAll(_questions.Values, question => question.Save(writer));
        writer.WriteAll(_answered, writer.Write);
    }

    public override void Load(BinaryReader reader)
    {
        foreach (var question in reader.ReadAll(() => Question.Load(reader)))
        {
            _questions[question.Seq] = question;
            if (!question.IsAnswered) CountOpen(question.By, 1);
        }
        foreach (var seq in reader.ReadAll(reader.ReadInt64)) _answered.Enqueue(seq);
    }

    private void Add(Question question)
    {
        _questions[question.Seq] = question;
        _changed.Add(question.Seq);
        CountOpen(question.By, 1);
    }

    private void MarkAnswered(Question question, string? answer)
    {
        _changed.Add(question.Seq);
        if (!question.IsAnswered)
        {
            CountOpen(question.By, -1);
            _answered.Enqueue(question.Seq);
        }
        question.MarkAnswered(answer);
        if (_answered.Count > options.QuestionsKept) _questions.Remove(_answered.Dequeue());
    }

    private void Remove(Question question)
    {
        _questions.Remove(question.Seq);
        _changed.Remove(question.Seq);
        _removed.Add(question.Seq);
        if (!question.IsAnswered) CountOpen(question.By, -1);
    }

    private void CountOpen(UserId by, int change)
    {
        _open += change;
        var count = _openBy.GetValueOrDefault(by) + change;
        if (count == 0) _openBy.Remove(by);
        else _openBy[by] = count;
    }

    private RoomRefusal? Find(long seq, out Question question) => _questions.TryGetValue(seq, out question!)
        ? null
        : Refusals.NotFound($"there is no question {seq} here: it was removed, or answered long ago; the room keeps " +
            $"the newest {options.QuestionsKept} of those that are answered");
}
