using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Polls as they stand: all that are open, and the newest that are closed.</summary>
internal sealed class PulsePolls
{
    private const int ClosedMax = RoomPulseView.ListMax;
    private const int WordsShown = 50;
    private readonly SortedDictionary<long, Poll> _polls = [];

    public void Open(RoomEntry entry, PollOpened opened) =>
        _polls[entry.Seq] = new(entry.Seq, opened.Id, RoomTime.Of(entry.At), opened.Terms, WordsShown);

    public void Vote(RoomEntry entry, PollVoted voted)
    {
        if (entry.By is { } user && _polls.TryGetValue(voted.Poll, out var poll) && poll.IsOpen)
            poll.Cast(user, new(voted.Ballot, entry.Name ?? "", entry.Seq, RoomTime.Of(entry.At)));
    }

    public void Close(PollClosed closed)
    {
        if (!_polls.TryGetValue(closed.Poll, out var poll)) return;

        poll.Close(closed);
        var over = _polls.Values.Count(each => !each.IsOpen) - ClosedMax;
        foreach (var old in _polls.Values.Where(each => !each.IsOpen).Take(over).ToArray()) _polls.Remove(old.Seq);
    }

    /// <summary>Open ones first, then newest first.</summary>
    public PollPulse[] View(int count) =>
    [
        .. _polls.Values.Reverse().OrderByDescending(poll => poll.IsOpen).Take(count).Select(View),
    ];

    public void Save(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_polls.Count);
        foreach (var poll in _polls.Values) poll.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var poll = Poll.Load(reader, WordsShown);
            _polls[poll.Seq] = poll;
        }
    }

    private static PollPulse View(Poll poll)
    {
        var results = poll.Results;
        return new(
            poll.Seq, poll.Terms.Kind, poll.Terms.Question, poll.Terms.HasChoices ? poll.Terms.Choices : null,
            poll.IsOpen, results.Voters, results.Counts, results.Mean, results.Histogram,
            results.Words?.Select(word => new PollWord(word.Word, word.Count)).ToArray());
    }
}
