using System.Globalization;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Rooms;

/// <summary>
/// What people do next in a room: seeded and without memory of their own, it depends on what they see alone. A person
/// keeps to one language.
/// </summary>
internal sealed class Chatter(Phrases phrases, IReadOnlyList<Text> topics, int seed)
{
    private const int ReactionsMax = 6;
    private static readonly TimeSpan PollOpen = TimeSpan.FromSeconds(60);
    private readonly Random _random = new(seed);

    /// <param name="chinese">Her language; otherwise English.</param>
    public RoomAct Listen(RoomSight sight, bool chinese) => _random.NextDouble() switch
    {
        < 0.10 when sight.Polls.Count > 0 => Vote(sight),
        < 0.20 when sight.Questions.Count > 0 => RoomAct.Do("upvote", ("question", Draw(sight.Questions))),
        < 0.27 => RoomAct.Do("ask", ("id", NewId()), ("text", Fill(Draw(phrases.Ask), chinese))),
        < 0.37 when sight.Messages.Count > 0 => RoomAct.Do(
            "reactTo", ("target", Draw(sight.Messages)), ("emoji", Draw(phrases.Emoji))),
        < 0.47 when sight.Messages.Count > 0 => RoomAct.Do(
            "say", ("id", NewId()), ("text", Fill(Draw(phrases.Reply), chinese)), ("replyTo", Draw(sight.Messages))),
        < 0.67 => new RoomAct.Reaction(Draw(phrases.Emoji), _random.Next(1, ReactionsMax + 1)),
        _ => RoomAct.Do("say", ("id", NewId()), ("text", Fill(Draw(phrases.Say), chinese))),
    };

    /// <summary>
    /// Answers what has waited longest, so that questions do not pile up for ever, or asks the room something.
    /// </summary>
    public RoomAct Teach(RoomSight sight, bool chinese) =>
        sight.Questions.Count > 0 && (sight.Polls.Count > 0 || _random.NextDouble() < 0.8)
            ? RoomAct.Do("answer", ("question", sight.Questions[0]), ("text", Fill(Draw(phrases.Answer), chinese)))
            : sight.Polls.Count == 0
                ? OpenPoll(Draw(phrases.Polls), chinese)
                : new RoomAct.Reaction(Draw(phrases.Emoji), 1);

    private RoomAct Vote(RoomSight sight)
    {
        var (poll, choices) = sight.Polls.MaxBy(poll => poll.Key);
        return RoomAct.Do("vote", ("poll", poll), ("choices", new[] { _random.Next(choices) }));
    }

    private RoomAct OpenPoll(PollPhrase poll, bool chinese) => RoomAct.Do(
        "openPoll", ("id", NewId()), ("kind", "single"), ("question", Fill(poll.Question, chinese)),
        ("choices", poll.Choices.Select(choice => Fill(choice, chinese)).ToArray()), ("showResults", true),
        ("openFor", PollOpen.TotalSeconds));

    private string Fill(Text pattern, bool chinese)
    {
        var topic = Draw(topics);
        return chinese
            ? string.Format(CultureInfo.InvariantCulture, pattern.Zh!, topic.Zh)
            : string.Format(CultureInfo.InvariantCulture, pattern.En!, topic.En);
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    private T Draw<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];
}
