using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// The figures of a room at one place of its log, for its creator. Pure: no clock, no chance; the same entries give the
/// same figures, live or read from the log.
/// </summary>
internal sealed class RoomPulse
{
    /// <summary>A room that is live says so often how many are there, even if nobody comes or goes.</summary>
    public static readonly TimeSpan ConfirmedEvery = IRoomGrain.WatchLifetime / 2;

    /// <summary>
    /// Nobody is credited with watching for longer than this after the last entry that says how many do: a room whose
    /// process died says nothing, and its people have gone. Long enough for a room that begins anew elsewhere.
    /// </summary>
    public static readonly TimeSpan CreditedMax = 1.5 * IRoomGrain.WatchLifetime;

    private const byte Version = 2;
    private readonly PulseSeconds _seconds = new();
    private readonly PulsePeople _people = new();
    private readonly PulseQuestions _questions = new();
    private readonly PulsePolls _polls = new();
    private PulseTotals _totals;
    private int _present;
    private int _peak;
    private long _watchedMs;
    private long _countedMs;

    /// <summary>Of the newest entry that is counted.</summary>
    public long Seq { get; private set; }

    public RoomPhase Phase { get; private set; } = RoomPhase.Scheduled;

    /// <summary>Counts one entry; those that are counted already change nothing.</summary>
    public void Apply(RoomEntry entry)
    {
        if (entry.Seq <= Seq) return;

        Seq = entry.Seq;
        ref var second = ref _seconds.At(entry.At.ToUnixTimeSeconds(), _present);
        switch (entry.Fact)
        {
            case Started: Enter(RoomPhase.Live, entry.At); break;
            case Ended: Enter(RoomPhase.Ended, entry.At); break;
            case PresenceChanged presence: Count(entry, presence, ref second); break;
            case Said:
                second.Messages++;
                _totals = _totals with { Messages = _totals.Messages + 1 };
                _people.Add(entry, messages: 1);
                break;
            case Reacted reacted:
                var count = reacted.Counts.Sum(each => (long)each.Count);
                second.Reactions = (int)Math.Min(int.MaxValue, second.Reactions + count);
                _totals = _totals with { Reactions = _totals.Reactions + count };
                break;
            case ReactedTo { On: true }:
                second.Reactions++;
                _totals = _totals with { Reactions = _totals.Reactions + 1 };
                _people.Add(entry, reactions: 1);
                break;
            case Asked asked:
                second.Questions++;
                _totals = _totals with { Questions = _totals.Questions + 1 };
                _people.Add(entry, questions: 1);
                _questions.Ask(entry, asked);
                break;
            case QuestionEdited edited: _questions.Edit(edited); break;
            case QuestionAnswered answered: _questions.Close(answered.Question); break;
            case QuestionRemoved removed: _questions.Close(removed.Target); break;
            case HistoryErased erased: _questions.Erase(erased.User); break;
            case QuestionUpvoted upvoted:
                _questions.Vote(upvoted);
                if (upvoted.On) Vote(entry, ref second);
                break;
            case PollOpened opened: _polls.Open(entry, opened); break;
            case PollVoted voted:
                _polls.Vote(entry, voted);
                Vote(entry, ref second);
                break;
            case PollClosed closed: _polls.Close(closed); break;
        }
    }

    /// <param name="definition">Of the room.</param>
    /// <param name="now">Whoever is there watches on until then.</param>
    /// <param name="curveFrom">The first second of the curve that is wanted, since 1970.</param>
    public RoomPulseView View(Room definition, DateTimeOffset now, long curveFrom) => new()
    {
        Room = definition.Id,
        Title = definition.Title,
        Phase = Phase,
        Seq = Seq,
        Present = _present,
        Peak = _peak,
        Totals = _totals,
        WatchSeconds = (_watchedMs + Watched(now)) / 1_000.0,
        Active = _people.Top(RoomPulseView.ListMax),
        Questions = _questions.Top(RoomPulseView.ListMax),
        Polls = _polls.View(RoomPulseView.ListMax),
        Curve = _seconds.View(curveFrom, now.ToUnixTimeSeconds(), _present),
    };

    public byte[] Save()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        writer.Write(Seq);
        writer.Write((byte)Phase);
        foreach (var total in new[]
            {
                _totals.Messages, _totals.Reactions, _totals.Questions, _totals.Votes, _totals.Joined, _totals.Left,
                _present, _peak, _watchedMs, _countedMs,
            })
            writer.Write(total);
        _seconds.Save(writer);
        _people.Save(writer);
        _questions.Save(writer);
        _polls.Save(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Goes on exactly as the one that saved it would have.</summary>
    /// <exception cref="InvalidDataException">Saved by another version: read the log instead.</exception>
    public static RoomPulse Load(ReadOnlySpan<byte> saved)
    {
        using var reader = new BinaryReader(new MemoryStream(saved.ToArray()));
        var version = reader.ReadByte();
        if (version != Version)
            throw new InvalidDataException(
                $"The saved figures of a room have version {version}, expected {Version}; replay the log.");

        var pulse = new RoomPulse { Seq = reader.ReadInt64(), Phase = (RoomPhase)reader.ReadByte() };
        pulse._totals = new(
            reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(),
            reader.ReadInt64());
        pulse._present = (int)reader.ReadInt64();
        pulse._peak = (int)reader.ReadInt64();
        pulse._watchedMs = reader.ReadInt64();
        pulse._countedMs = reader.ReadInt64();
        pulse._seconds.Load(reader);
        pulse._people.Load(reader);
        pulse._questions.Load(reader);
        pulse._polls.Load(reader);
        return pulse;
    }

    private void Enter(RoomPhase phase, DateTimeOffset at)
    {
        CountWatched(at);
        Phase = phase;
    }

    private void Count(RoomEntry entry, PresenceChanged presence, ref PulseSecond second)
    {
        CountWatched(entry.At);
        _present = presence.Present;
        _peak = Math.Max(_peak, _present);
        _totals = _totals with
        {
            Joined = _totals.Joined + presence.Joined, Left = _totals.Left + presence.Left,
        };
        second.Present = _present;
        second.Joined += presence.Joined;
        second.Left += presence.Left;
    }

    private void Vote(RoomEntry entry, ref PulseSecond second)
    {
        second.Votes++;
        _totals = _totals with { Votes = _totals.Votes + 1 };
        _people.Add(entry, votes: 1);
    }

    private void CountWatched(DateTimeOffset until)
    {
        _watchedMs += Watched(until);
        _countedMs = Math.Max(_countedMs, until.ToUnixTimeMilliseconds());
    }

    /// <summary>Milliseconds of all together since they were counted last; waiting is no watching.</summary>
    private long Watched(DateTimeOffset until) => Phase == RoomPhase.Live
        ? Math.Clamp(until.ToUnixTimeMilliseconds() - _countedMs, 0, (long)CreditedMax.TotalMilliseconds) * _present
        : 0;
}
