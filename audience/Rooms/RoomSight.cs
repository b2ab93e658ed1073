using System.Text.Json;

namespace Engage.Audience.Rooms;

/// <summary>What somebody in a room has before her eyes: the newest messages, open questions, open polls.</summary>
internal sealed class RoomSight
{
    private const int MessagesMax = 20;
    private const int QuestionsMax = 200;
    private readonly List<long> _messages = [];
    private readonly List<long> _questions = [];
    private readonly Dictionary<long, int> _polls = [];

    public IReadOnlyList<long> Messages => _messages;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<long> Questions => _questions;

    /// <summary>Seq -> number of choices.</summary>
    public IReadOnlyDictionary<long, int> Polls => _polls;

    /// <summary>Takes in the answer to a join, or a push.</summary>
    public void See(JsonElement batch)
    {
        if (batch.TryGetProperty("state", out var state)) SeeState(state);
        foreach (var entry in batch.GetProperty("entries").EnumerateArray()) SeeEntry(entry);
    }

    private void SeeEntry(JsonElement entry)
    {
        var seq = entry.GetProperty("seq").GetInt64();
        switch (entry.GetProperty("kind").GetString())
        {
            case "said": Keep(_messages, seq, MessagesMax); break;
            case "asked": Keep(_questions, seq, QuestionsMax); break;
            case "questionAnswered": _questions.Remove(entry.GetProperty("question").GetInt64()); break;
            case "questionRemoved": _questions.Remove(entry.GetProperty("target").GetInt64()); break;
            case "deleted": _messages.Remove(entry.GetProperty("target").GetInt64()); break;
            case "pollOpened": SeePoll(seq, entry.GetProperty("poll")); break;
            case "pollClosed": _polls.Remove(entry.GetProperty("poll").GetInt64()); break;
        }
    }

    /// <summary>Of questions and polls that are older than the entries of a join.</summary>
    private void SeeState(JsonElement state)
    {
        foreach (var (seq, question) in Members(state, "questions"))
        {
            var open = question.ValueKind == JsonValueKind.Object && !question.GetProperty("answered").GetBoolean();
            if (open) Keep(_questions, seq, QuestionsMax);
            else _questions.Remove(seq);
        }
        foreach (var (seq, poll) in Members(state, "polls"))
        {
            var open = poll.ValueKind == JsonValueKind.Object && poll.GetProperty("open").GetBoolean();
            if (open) SeePoll(seq, poll);
            else _polls.Remove(seq);
        }
    }

    private void SeePoll(long seq, JsonElement poll)
    {
        if (poll.TryGetProperty("choices", out var choices)) _polls[seq] = choices.GetArrayLength();
    }

    private static void Keep(List<long> seen, long seq, int max)
    {
        if (seen.Contains(seq)) return;

        seen.Add(seq);
        if (seen.Count > max) seen.RemoveAt(0);
    }

    private static IEnumerable<(long Seq, JsonElement Value)> Members(JsonElement state, string name) =>
        state.TryGetProperty(name, out var members)
            ? members.EnumerateObject().Select(member =>
                (long.Parse(member.Name, System.Globalization.CultureInfo.InvariantCulture), member.Value))
            : [];
}
