using System.Text.Json;
using Engage.Contracts;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

/// <summary>Totals counted from the log the simple way.</summary>
internal static class LogTotals
{
    public static int Votes(IEnumerable<RoomEntry> log, long question) => Last(log
            .Where(entry => entry.Fact is QuestionUpvoted vote && vote.Question == question)
            .Select(entry => (entry.By!.Value, ((QuestionUpvoted)entry.Fact).On)))
        .Count(vote => vote.Value);

    public static Dictionary<string, int> Reactions(IEnumerable<RoomEntry> log, long message) => Last(log
            .Where(entry => entry.Fact is ReactedTo reacted && reacted.Target == message)
            .Select(entry => ((entry.By!.Value, ((ReactedTo)entry.Fact).Emoji), ((ReactedTo)entry.Fact).On)))
        .Where(reaction => reaction.Value).GroupBy(reaction => reaction.Key.Emoji)
        .ToDictionary(group => group.Key, group => group.Count());

    public static void AssertPoll(IReadOnlyList<RoomEntry> log, long poll, JsonElement shown)
    {
        var ballots = Last(log.Where(entry => entry.Fact is PollVoted vote && vote.Poll == poll)
            .Select(entry => (entry.By!.Value, ((PollVoted)entry.Fact).Ballot))).Values;
        var terms = ((PollOpened)log[(int)poll - 1].Fact).Terms;

        Assert.Equal(ballots.Count, shown.GetProperty("voters").GetInt32());
        if (shown.TryGetProperty("counts", out var counts))
            Assert.Equal(terms.Choices.Select((_, choice) => ballots.Count(ballot => ballot.Has(choice))),
                counts.EnumerateArray().Select(count => count.GetInt32()));
        if (shown.TryGetProperty("mean", out var mean))
            Assert.Equal(ballots.Average(ballot => ballot.Value!.Value), mean.GetDouble(), 1e-5);
        if (shown.TryGetProperty("histogram", out var histogram))
            Assert.Equal(ballots.Count, histogram.EnumerateArray().Sum(bin => bin.GetInt32()));
        if (shown.TryGetProperty("words", out var words))
            Assert.Equal(ballots.GroupBy(ballot => ballot.Word!).Select(word => (word.Key, word.Count()))
                    .OrderByDescending(word => word.Item2).ThenBy(word => word.Key, StringComparer.Ordinal).Take(2),
                words.EnumerateArray().Select(word =>
                    (word.GetProperty("word").GetString()!, word.GetProperty("count").GetInt32())));
    }

    private static Dictionary<TKey, TValue> Last<TKey, TValue>(IEnumerable<(TKey Key, TValue Value)> changes)
        where TKey : notnull
    {
        var last = new Dictionary<TKey, TValue>();
        foreach (var (key, value) in changes) last[key] = value;
        return last;
    }
}
