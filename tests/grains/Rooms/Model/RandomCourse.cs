using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

/// <summary>
/// What a small crowd might do in a room, sensible and not, from a seed; small bounds so that all are met.
/// </summary>
internal sealed class RandomCourse(int seed)
{
    private static readonly string[] Users = ["ann", "bob", "eve", "kim", "mod", "other-mod", "owner"];
    private static readonly string[] Emoji = ["👍", "🎉", "❤️", "no"];
    private static readonly string[] Texts = ["hello", "你好", "👏", "spam", "s p a m", "", " e\u0301 ", "class",
        "x\u200By"];

    private readonly Random _random = new(seed);

    public static RoomOptions Options => new()
    {
        MessagesRemembered = 12, MessagesInSnapshot = 6, MessageIdsRemembered = 10, PacesRemembered = 4,
            ActionBurst = 3,
        ActionsPerSecond = 0.2,
        ReactionsRemembered = 6, EmojisPerMessageMax = 2, PinsMax = 2, QuestionsOpenMax = 5, QuestionsPerPersonMax = 3,
        QuestionsKept = 2, PollsOpenMax = 3, PollsKept = 2, VotersMax = 4, CloudWordsShown = 2, LeadersShown = 2,
        HandsMax = 2, HeldMax = 3,
    };

    /// <summary>Time passes, then somebody does something.</summary>
    public void Step(Stage stage)
    {
        stage.Pass(TimeSpan.FromMilliseconds(_random.Next(8) == 0 ? _random.Next(60_000) : _random.Next(500)));
        if (_random.Next(20) == 0) stage.Add(null, Hidden());
        else stage.Do(User, Action(stage.State.Seq));
    }

    /// <summary>The same whichever state is asked, so that several can be asked the same.</summary>
    public (string User, RoomAction Action) Next(long seq) => (User, Action(seq));

    private string User => Users[_random.Next(Users.Length)];
    private string Text => Texts[_random.Next(Texts.Length)];
    private UserId Somebody => new(User);
    private bool Mostly => _random.Next(4) > 0;
    private TimeSpan? SomeTime => _random.Next(2) == 0 ? null : TimeSpan.FromSeconds(_random.Next(20));

    /// <summary>From few, so that retries happen.</summary>
    private Guid Id => new(_random.Next(1, 200), 0, 0, new byte[8]);

    private RoomFact Hidden() => _random.Next(2) == 0
        ? new PresenceChanged(_random.Next(9), 1, 0)
        : new Reacted([new("👏", 1 + _random.Next(9)), new("🎉", 1)]);

    private RoomAction Action(long seq)
    {
        var target = Math.Max(1, seq - _random.Next(_random.Next(2, 30)));
        return _random.Next(33) switch
        {
            < 6 => new Say(Id, Text, _random.Next(4) == 0 ? target : null, Mostly ? null : [Somebody, Somebody]),
            6 => new Edit(target, Text),
            7 => new Delete(target, Mostly ? null : "because"),
            < 11 => new ReactTo(target, Emoji[_random.Next(Emoji.Length)], Mostly),
            11 or 12 => new Pin(target, _random.Next(2) == 0),
            13 or 14 => new Ask(Id, Text, Mostly),
            15 or 16 => new Upvote(target, Mostly),
            17 => new AnswerQuestion(target, Mostly ? Text : null),
            18 or 19 => Open(),
            < 24 => Vote(target),
            24 => new ClosePoll(target),
            25 => new RaiseHand(Mostly),
            26 => new CallHand(Mostly ? null : Somebody),
            27 => Settings(),
            28 or 29 => new Review(target, Mostly),
            30 => new Mute(Somebody, TimeSpan.FromSeconds(_random.Next(20)), Mostly ? null : Text),
            31 => new Ban(Somebody, Mostly ? SomeTime : TimeSpan.Zero, null, !Mostly),
            _ => _random.Next(6) switch
            {
                0 => new StartRoom(),
                1 when _random.Next(10) == 0 => new EndRoom(),
                _ => new GrantRole(Somebody, (CommunityRole)_random.Next(4)),
            },
        };
    }

    private OpenPoll Open()
    {
        var kind = (PollKind)_random.Next(1, 6);
        return new(Id, kind, "Which?", kind is PollKind.Slider or PollKind.WordCloud ? null : ["a", "b", "c"],
            kind == PollKind.Quiz ? _random.Next(3) : null, kind == PollKind.Slider ? -1 : null,
            kind == PollKind.Slider ? 1 : null, Mostly, SomeTime);
    }

    private Vote Vote(long poll) => _random.Next(3) switch
    {
        0 => new(poll, [_random.Next(3)]),
        1 => new(poll, Mostly ? [_random.Next(3), _random.Next(3)] : null, Mostly ? null : 2),
        _ => _random.Next(2) == 0 ? new(poll, Value: _random.NextDouble() * 2 - 1) : new(poll, Word: Text),
    };

    private ChangeSettings Settings() => new(
        Mostly ? null : TimeSpan.FromSeconds(_random.Next(3)), Mostly ? null : !Mostly, Mostly ? null : !Mostly,
        Mostly ? null : Mostly, Mostly ? null : Mostly, Mostly ? null : ["spam", "妈的"], Mostly ? null : Mostly);
}
