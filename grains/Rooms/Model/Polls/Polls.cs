using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>The room's polls and quizzes: all that are open, and the newest that are closed.</summary>
internal sealed class Polls(RoomOptions options, Course course) : RoomPart
{
    private static readonly JsonEncodedText PollsName = JsonNames.Name("polls");

    /// <summary>A word that more people have sent says nothing about any of them.</summary>
    private const int WritersMax = 3;

    private readonly SortedDictionary<long, Poll> _polls = [];
    private readonly Queue<long> _closed = new();
    private readonly SortedSet<long> _changed = [];
    private readonly Scores _scores = new(options);

    /// <summary>When the next one closes by itself, in milliseconds; null: none does.</summary>
    public long? NextClose { get; private set; }

    public Decision DecideOpen(OpenPoll open, in Act act)
    {
        if (PollRules.Check(open, options, act.Now, out var terms) is { } wrong)
            return Decision.Refuse(Refusals.Invalid(wrong));

        var count = _polls.Count - _closed.Count;
        if (count >= options.PollsOpenMax)
            return Decision.Refuse(Refusals.TooMany(
                $"{count} polls are open, expected at most {options.PollsOpenMax}; close one first"));

        var opened = new PollOpened(open.Id, terms);
        return open.Right is { } right ? Decision.Made(opened, new QuizKeySet(open.Id, right)) : Decision.Made(opened);
    }

    public Decision DecideVote(Vote vote, in Act act)
    {
        if (Find(vote.Poll, out var poll) is { } missing) return Decision.Refuse(missing);
        if (!poll.IsOpen || poll.ClosesAt <= act.Now)
            return Decision.Refuse(Refusals.Conflict($"poll {vote.Poll} is closed and takes no votes any more"));
        if (PollRules.Check(vote, poll.Terms, options, out var ballot) is { } wrong)
            return Decision.Refuse(Refusals.Invalid($"poll {vote.Poll}: {wrong}"));
        if (ballot.Word is { } word && !act.Moderates && course.Filter.Find(vote.Word!) is not null)
            return Decision.Refuse(Refusals.Filtered($"'{word}'"));

        var earlier = poll.VoteOf(act.User);
        if (earlier?.Ballot == ballot) return Decision.Nothing;
        if (earlier is not null && poll.Terms.Kind == PollKind.Quiz)
            return Decision.Refuse(Refusals.Conflict(
                $"you have answered quiz {vote.Poll} already, and the first answer counts"));
        return earlier is null && poll.Voters >= options.VotersMax
            ? Decision.Refuse(Refusals.TooMany($"poll {vote.Poll} has {poll.Voters} voters, which is all it counts"))
            : Decision.Made(new PollVoted(vote.Poll, ballot));
    }

    public Decision DecideClose(ClosePoll close)
    {
        if (Find(close.Poll, out var poll) is { } missing) return Decision.Refuse(missing);

        return poll.IsOpen ? new(Closings([poll])) : Decision.Nothing;
    }

    /// <summary>The polls whose time is over, in the order in which it was.</summary>
    public RoomFact[] Due(long now) => NextClose <= now
        ? Closings([.. Open.Where(poll => poll.ClosesAt <= now)
            .OrderBy(poll => poll.ClosesAt)
            .ThenBy(poll => poll.Seq)])
        : [];

    /// <summary>All that are open: the room ends.</summary>
    public RoomFact[] CloseAll() => Closings([.. Open]);

    /// <summary>
    /// Of the words of a cloud those that few have sent: theirs. What more have sent is the room's, and nobody's in
    /// particular.
    /// </summary>
    public IEnumerable<TextClaim> WritersOf(PollClosed closed)
    {
        var few = (closed.Results.Words ?? []).Where(word => word.Count <= WritersMax).Select(word => word.Word)
            .ToHashSet(StringComparer.Ordinal);
        return few.Count == 0 || !_polls.TryGetValue(closed.Poll, out var poll)
            ? []
            : poll.Votes.Where(vote => vote.Value.Ballot.Word is { } word && few.Contains(word))
                .GroupBy(vote => vote.Value.Ballot.Word!, vote => vote.Key, StringComparer.Ordinal)
                .Select(word => new TextClaim(word.Key, [.. word], IsWhole: true));
    }

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case PollOpened opened:
                _polls[entry.Seq] = new(entry.Seq, opened.Id, RoomTime.Of(entry.At), opened.Terms,
                    options.CloudWordsShown);
                _changed.Add(entry.Seq);
                break;
            case QuizKeySet key:
                if (_polls.Values.LastOrDefault(poll => poll.Id == key.Id) is { } quiz) quiz.Right = key.Right;
                return;
            case PollVoted vote when entry.By is { } by && _polls.GetValueOrDefault(vote.Poll) is { IsOpen: true } poll:
                poll.Cast(by, new(vote.Ballot, entry.Name ?? "", entry.Seq, RoomTime.Of(entry.At)));
                _changed.Add(vote.Poll);
                return;
            case PollClosed closed when _polls.GetValueOrDefault(closed.Poll) is { IsOpen: true } poll:
                Close(poll, closed);
                break;
            default:
                return;
        }
        NextClose = Open.Min(poll => poll.ClosesAt);
    }

    public override bool HasChanges => _changed.Count > 0;
    public override bool HasModeratorChanges => _changed.Any(seq => HidesTotals(_polls.GetValueOrDefault(seq)));
    public override void Taken() => _changed.Clear();

    public override void WriteTo(Utf8JsonWriter json, bool all) => Write(json, all, moderates: false);
    public override void WriteForModerators(Utf8JsonWriter json, bool all) => Write(json, all, moderates: true);

    public override void Save(BinaryWriter writer)
    {
        writer.WriteAll(_polls.Values, poll => poll.Save(writer));
        writer.WriteAll(_closed, writer.Write);
        _scores.Save(writer);
    }

    public override void Load(BinaryReader reader)
    {
        foreach (var poll in reader.ReadAll(() => Poll.Load(reader, options.CloudWordsShown))) _polls[poll.Seq] = poll;
        foreach (var seq in reader.ReadAll(reader.ReadInt64)) _closed.Enqueue(seq);
        _scores.Load(reader);
        NextClose = Open.Min(poll => poll.ClosesAt);
    }

    private IEnumerable<Poll> Open => _polls.Values.Where(poll => poll.IsOpen);

    private static bool HidesTotals(Poll? poll) => poll is { IsOpen: true, Terms.ShowsWhileOpen: false };

    private RoomFact[] Closings(Poll[] polls) =>
    [
        .. polls.Select((poll, i) => new PollClosed(poll.Seq, poll.Results, poll.Right,
            poll.Right is null ? [] : _scores.Top(polls.Take(i + 1)))),
    ];

    private void Close(Poll poll, PollClosed closed)
    {
        _scores.Add(poll);
        poll.Close(closed);
        _changed.Add(poll.Seq);
        _closed.Enqueue(poll.Seq);
        if (_closed.Count > options.PollsKept) _polls.Remove(_closed.Dequeue());
    }

    private RoomRefusal? Find(long seq, out Poll poll) => _polls.TryGetValue(seq, out poll!)
        ? null
        : Refusals.NotFound($"there is no poll {seq} here, or it was closed long ago; the room keeps the newest " +
            $"{options.PollsKept} of those that are closed");

    private void Write(Utf8JsonWriter json, bool all, bool moderates)
    {
        var polls = (all ? _polls.Values : _changed.Select(seq => _polls.GetValueOrDefault(seq)))
            .Where(poll => poll is not null && (!moderates || HidesTotals(poll))).ToArray();
        if (polls.Length == 0) return;

        json.WriteStartObject(PollsName);
        foreach (var poll in polls)
        {
            json.WriteSeqName(poll!.Seq);
            poll.WriteTo(json, moderates);
        }
        json.WriteEndObject();
    }
}
