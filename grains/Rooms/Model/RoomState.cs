using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// What a room is at one place of its log, and what it answers to commands there. Pure: no clock, no I/O, no chance;
/// the
/// same entries give the same state, live or read from the log.
/// </summary>
internal sealed class RoomState
{
    private const byte Version = 2;

    private readonly Course _course;
    private readonly Chat _chat;
    private readonly Questions _questions;
    private readonly Polls _polls;
    private readonly Hands _hands;
    private readonly HeldQueue _held = new();
    private readonly Moderation _moderation;
    private readonly Paces _paces;
    private readonly MessageIds _ids;
    private readonly Erasures _erasures;
    private readonly TextClaims _claims;
    private readonly RoomPart[] _parts;

    private RoomState(Room definition, RoomOptions options)
    {
        _course = new(definition);
        _paces = new(options);
        _ids = new(options.MessageIdsRemembered);
        _moderation = new(options);
        _erasures = new(options);
        var screening = new Screening(options, _course, _held);
        _chat = new(options, _course, _paces, screening);
        _questions = new(options, _course, _held, screening);
        _polls = new(options, _course);
        _hands = new(options);
        _claims = new(_chat, _questions, _polls);
        _parts = [_course, _chat, _questions, _polls, _held, _hands, _ids, _paces, _erasures];
    }

    public static RoomState New(Room definition, RoomOptions options) => new(definition, options);

    /// <summary>The fact that a new room's log begins with: it is scheduled, or live at once.</summary>
    public static RoomFact Opening(Room definition) =>
        definition.ScheduledAt is { } at ? new Scheduled(RoomTime.Whole(at)) : new Started();

    /// <summary>Goes on exactly as the one that saved it would have.</summary>
    /// <exception cref="InvalidDataException">Damaged, or saved by another version: read the log instead.</exception>
    public static RoomState Load(ReadOnlySpan<byte> saved, Room definition, RoomOptions options)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(saved.ToArray()));
            var version = reader.ReadByte();
            if (version != Version)
                throw new InvalidDataException(
                    $"room '{definition.Id}': saved state has version {version}, expected {Version}; replay the log");

            var state = new RoomState(definition, options) { Seq = reader.ReadInt64() };
            foreach (var part in state._parts) part.Load(reader);
            return state;
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or FormatException or OverflowException
            or OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"room '{definition.Id}': saved state of {saved.Length} bytes is damaged; replay the log", e);
        }
    }

    /// <summary>Of the newest entry that was applied; 0: none.</summary>
    public long Seq { get; private set; }
    public RoomPhase Phase => _course.Phase;
    public DateTimeOffset? StartedAt => _course.StartedAt;
    public DateTimeOffset? EndedAt => _course.EndedAt;
    public RoomSettings Settings => _course.Settings;

    /// <summary>When <see cref="Due"/> has something to say next; null: only commands change anything.</summary>
    public DateTimeOffset? NextDue => _polls.NextClose is { } time ? RoomTime.From(time) : null;

    /// <summary>Whose standing <see cref="Decide"/> needs besides the actor's; null: nobody's.</summary>
    public static UserId? TargetOf(RoomAction action)
    {
        UserId? target = action switch
        {
            Mute mute => mute.User,
            Ban ban => ban.User,
            GrantRole grant => grant.User,
            _ => null,
        };
        // What is no id at all is refused before anybody's standing matters.
        return IdText.IsValid(target?.Value) ? target : null;
    }

    /// <summary>What becomes of a command at this place of the log; changes nothing.</summary>
    /// <param name="command">Whatever a client sent; who sent it is known.</param>
    /// <param name="standing">Of who commands.</param>
    /// <param name="now">Also the time of the entries that follow.</param>
    /// <param name="target">Standing of <see cref="TargetOf"/>, where there is one.</param>
    public Decision Decide(RoomCommand command, Standing standing, DateTimeOffset now, Standing? target = null)
    {
        var act = new Act(command.By, standing, target, RoomTime.Of(now));
        if (standing.IsBanned(now)) return Decision.Refuse(Refusals.Banned(standing));
        if (IdOf(command.Action) is { } id)
        {
            if (id == Guid.Empty) return Decision.Refuse(Refusals.Invalid("id is all zeros, expected a new UUID"));
            if (_ids.Find(act.User, id) is { } earlier) return Decision.Earlier(earlier);
        }
        return Gate.Refuse(command.Action, act, _course, _paces) is { } refusal
            ? Decision.Refuse(refusal)
            : DecideAction(command.Action, act);
    }

    /// <summary>What time itself brings, in the name of the platform.</summary>
    public RoomFact[] Due(DateTimeOffset now) => _polls.Due(RoomTime.Of(now));

    /// <summary>The entry that follows with its bytes: what the log takes.</summary>
    public LoggedEntry Log(RoomEntry entry) => RoomEntryJson.Log(entry) with { Claims = _claims.Of(entry) };

    /// <summary>Moves on by one entry; the only way in which anything changes.</summary>
    /// <exception cref="ArgumentException">The entry does not follow the newest.</exception>
    public void Apply(RoomEntry entry)
    {
        if (entry.Seq != Seq + 1)
            throw new ArgumentException($"entry {entry.Seq} does not follow {Seq}; apply the log in order",
                nameof(entry));

        Seq = entry.Seq;
        foreach (var part in _parts) part.Apply(entry);
    }

    public long? FindMessage(UserId by, Guid messageId) => _ids.Find(by, messageId);

    /// <summary>Whether somebody said one of the messages that are remembered.</summary>
    public bool HasSpoken(UserId user) => _chat.HasSpoken(user);

    /// <summary>An entry of the log as it may be served now: without its text if that is gone.</summary>
    public LoggedEntry Served(LoggedEntry entry) =>
        _erasures.Covers(entry) ? RoomErasure.Tombstone(entry) : entry;

    /// <summary>What changed since the last call.</summary>
    /// <param name="members">Writes further members into what everyone gets; null: there are none.</param>
    public StateChanges TakeChanges(Action<Utf8JsonWriter>? members = null)
    {
        var everyone = members is not null || Array.Exists(_parts, part => part.HasChanges)
            ? Everyone(false, members)
            : null;
        var moderators = Array.Exists(_parts, part => part.HasModeratorChanges) ? Moderators(false) : null;
        foreach (var part in _parts) part.Taken();
        return new(everyone, moderators);
    }

    /// <summary>The whole state for somebody who comes in.</summary>
    /// <param name="members">Writes further members into what everyone gets; null: there are none.</param>
    public (byte[] Everyone, byte[] Moderators) Snapshot(Action<Utf8JsonWriter>? members = null) =>
        (Everyone(true, members), Moderators(true));

    public byte[] Save()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        writer.Write(Seq);
        foreach (var part in _parts) part.Save(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private static Guid? IdOf(RoomAction action) => action switch
    {
        Say say => say.Id,
        Ask ask => ask.Id,
        OpenPoll open => open.Id,
        _ => null,
    };

    private Decision DecideAction(RoomAction action, in Act act) => action switch
    {
        Say say => _chat.DecideSay(say, act),
        Edit edit => _questions.Has(edit.Target) ? _questions.DecideEdit(edit, act) : _chat.DecideEdit(edit, act),
        Delete delete => DecideDelete(delete, act),
        ReactTo react => _chat.DecideReact(react, act),
        Pin pin => _chat.DecidePin(pin),
        Ask ask => _questions.DecideAsk(ask, act),
        Upvote upvote => _questions.DecideUpvote(upvote, act),
        AnswerQuestion answer => _questions.DecideAnswer(answer),
        OpenPoll open => _polls.DecideOpen(open, act),
        Vote vote => _polls.DecideVote(vote, act),
        ClosePoll close => _polls.DecideClose(close),
        RaiseHand raise => _hands.DecideRaise(raise, act),
        CallHand call => _hands.DecideCall(call),
        StartRoom => _course.DecideStart(),
        EndRoom => Phase == RoomPhase.Ended ? Decision.Nothing : new([.. _polls.CloseAll(), new Ended()]),
        ChangeSettings settings => _course.DecideSettings(settings),
        Review review => _held.DecideReview(review, act.By, HasTarget),
        Mute mute => _moderation.DecideMute(mute, act),
        Ban ban => _moderation.DecideBan(ban, act),
        GrantRole grant => Moderation.DecideGrant(grant, act),
        _ => Decision.Refuse(Refusals.Invalid($"the room does not know the action {action.GetType().Name}")),
    };

    private Decision DecideDelete(Delete delete, in Act act)
    {
        if (_moderation.CleanReason(delete.Reason, out var reason) is { } wrong) return Decision.Refuse(wrong);

        return _questions.Has(delete.Target)
            ? _questions.DecideRemove(delete, reason, act)
            : _chat.DecideDelete(delete, reason, act);
    }

    private bool HasTarget(Held held) => held.What switch
    {
        RoomEntryKind.Edited => _chat.Has(held.Target!.Value),
        RoomEntryKind.QuestionEdited => _questions.Has(held.Target!.Value),
        _ => true,
    };

    private byte[] Everyone(bool all, Action<Utf8JsonWriter>? members)
    {
        var json = RoomEntryJson.Begin();
        json.WriteStartObject();
        foreach (var part in _parts) part.WriteTo(json, all);
        members?.Invoke(json);
        json.WriteEndObject();
        return RoomEntryJson.End(json);
    }

    private byte[] Moderators(bool all)
    {
        var json = RoomEntryJson.Begin();
        json.WriteStartObject();
        foreach (var part in _parts) part.WriteForModerators(json, all);
        json.WriteEndObject();
        return RoomEntryJson.End(json);
    }
}
