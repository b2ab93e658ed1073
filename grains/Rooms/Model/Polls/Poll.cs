using System.Text.Json;
using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>A poll with its votes; once it is closed, with its results alone.</summary>
internal sealed class Poll(long seq, Guid id, long openedAt, PollTerms terms, int wordsShown)
{
    private static readonly JsonEncodedText OpenName = JsonNames.Name("open");

    private readonly Dictionary<UserId, CastVote> _votes = [];
    private readonly PollTally _tally = new(terms, wordsShown);

    public long Seq => seq;
    public Guid Id => id;
    public long OpenedAt => openedAt;
    public PollTerms Terms => terms;

    /// <summary>Quiz: the index of the right choice.</summary>
    public int? Right { get; set; }

    /// <summary>Null while it is open.</summary>
    public PollClosed? Closed { get; private set; }

    public bool IsOpen => Closed is null;
    public int Voters => _votes.Count;
    public long? ClosesAt { get; } = terms.ClosesAt is { } at ? RoomTime.Of(at) : null;
    public PollResults Results => Closed?.Results ?? _tally.Results(_votes.Count);

    /// <summary>In the order of their last change, which for a quiz is that of the first answers.</summary>
    public IEnumerable<KeyValuePair<UserId, CastVote>> Votes => _votes.OrderBy(vote => vote.Value.Seq);

    public CastVote? VoteOf(UserId user) => _votes.TryGetValue(user, out var vote) ? vote : null;

    public void Cast(UserId user, CastVote vote)
    {
        if (_votes.TryGetValue(user, out var earlier)) _tally.Remove(earlier.Ballot);
        _votes[user] = vote;
        _tally.Add(vote.Ballot);
    }

    public void Close(PollClosed closed)
    {
        Closed = closed;
        _votes.Clear();
        _votes.TrimExcess();
    }

    /// <param name="json">An object is written.</param>
    /// <param name="moderates">Totals are shown even where participants do not see them yet.</param>
    public void WriteTo(Utf8JsonWriter json, bool moderates)
    {
        json.WriteStartObject();
        RoomTime.WriteTo(json, JsonNames.At, RoomTime.From(openedAt));
        terms.WriteTo(json);
        json.WriteBoolean(OpenName, IsOpen);
        if (!IsOpen || moderates || terms.ShowsWhileOpen) Results.WriteTo(json);
        else PollResults.WriteVoters(json, Voters);
        if (Closed?.Right is { } right)
        {
            json.WriteNumber(QuizKeySet.RightName, right);
            Leader.WriteAll(json, Closed.Leaders);
        }
        json.WriteEndObject();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(seq);
        writer.Write(id.ToByteArray());
        writer.Write(openedAt);
        terms.Save(writer);
        writer.WriteNumber(Right);
        writer.Write(IsOpen);
        if (Closed is { } closed)
        {
            closed.Results.Save(writer);
            writer.WriteAll(closed.Leaders, leader => leader.Save(writer));
            return;
        }
        writer.WriteAll(_votes, vote =>
        {
            writer.Write(vote.Key);
            vote.Value.Save(writer);
        });
    }

    public static Poll Load(BinaryReader reader, int wordsShown)
    {
        var poll = new Poll(reader.ReadInt64(), new Guid(reader.ReadBytes(16)), reader.ReadInt64(),
            PollTerms.Load(reader), wordsShown) { Right = (int?)reader.ReadNumber() };
        if (!reader.ReadBoolean())
        {
            poll.Close(new(poll.Seq, PollResults.Load(reader), poll.Right, reader.ReadAll(() => Leader.Load(reader))));
            return poll;
        }
        for (var left = reader.ReadInt32(); left > 0; left--) poll.Cast(reader.ReadUser(), CastVote.Load(reader));
        return poll;
    }
}

/// <summary>A vote that counts.</summary>
/// <param name="Name">Of the voter, for a leader board.</param>
/// <param name="Seq">Where it stands in the log.</param>
internal sealed record CastVote(Ballot Ballot, string Name, long Seq, long At)
{
    public void Save(BinaryWriter writer)
    {
        Ballot.Save(writer);
        writer.Write(Name);
        writer.Write(Seq);
        writer.Write(At);
    }

    public static CastVote Load(BinaryReader reader) =>
        new(Ballot.Load(reader), reader.ReadString(), reader.ReadInt64(), reader.ReadInt64());
}
