using System.Text.Json;
using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>The room's score over all its quizzes.</summary>
internal sealed class Scores(RoomOptions options)
{
    private const int PointsMin = 500;
    private const int PointsForSpeed = 500;

    private readonly Dictionary<UserId, Leader> _byUser = [];

    /// <summary>
    /// What a quiz is worth to those who got it right: 500 and up to 500 more for speed, by the share of the time that
    /// was left, or where it had no limit, by order: all 500 to the first, none of it shared beyond the last.
    /// </summary>
    public static IEnumerable<Leader> Points(Poll quiz)
    {
        if (quiz.Right is not { } right) return [];

        var winners = quiz.Votes.Where(vote => vote.Value.Ballot.Has(right)).ToArray();
        return winners.Select((vote, order) => new Leader(vote.Key, vote.Value.Name, PointsMin + (int)(
            quiz.ClosesAt is { } closesAt
                ? PointsForSpeed * Math.Max(0, closesAt - vote.Value.At) / Math.Max(1, closesAt - quiz.OpenedAt)
                : PointsForSpeed * (winners.Length - order) / winners.Length)));
    }

    /// <summary>The board as it will be when these quizzes have been added.</summary>
    /// <remarks>
    /// Ties go to the smaller id, in order of code units: the same everywhere, and anybody can check it.
    /// </remarks>
    public Leader[] Top(IEnumerable<Poll> added)
    {
        var gained = new Dictionary<UserId, Leader>();
        foreach (var points in added.SelectMany(Points)) Add(gained, points, int.MaxValue);
        var all = _byUser.Values.Where(leader => !gained.ContainsKey(leader.User))
            .Concat(gained.Values.Select(gain => _byUser.TryGetValue(gain.User, out var before)
                ? gain with { Score = gain.Score + before.Score }
                : gain));
        return
        [
            .. all.OrderByDescending(leader => leader.Score)
                .ThenBy(leader => leader.User.Value, StringComparer.Ordinal).Take(options.LeadersShown),
        ];
    }

    public void Add(Poll quiz)
    {
        foreach (var points in Points(quiz)) Add(_byUser, points, options.VotersMax);
    }

    public void Save(BinaryWriter writer) => writer.WriteAll(_byUser.Values, leader => leader.Save(writer));

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--) Add(_byUser, Leader.Load(reader), int.MaxValue);
    }

    private static void Add(Dictionary<UserId, Leader> scores, Leader points, int limit)
    {
        if (scores.TryGetValue(points.User, out var before))
            scores[points.User] = points with { Score = before.Score + points.Score };
        else if (scores.Count < limit)
            scores[points.User] = points;
    }
}

internal sealed record Leader(UserId User, string Name, int Score)
{
    private static readonly JsonEncodedText LeadersName = JsonNames.Name("leaders"),
        ScoreName = JsonNames.Name("score");

    public static void WriteAll(Utf8JsonWriter json, Leader[] leaders)
    {
        json.WriteStartArray(LeadersName);
        foreach (var leader in leaders)
        {
            json.WriteStartObject();
            json.WriteString(JsonNames.User, leader.User.Value);
            json.WriteString(JsonNames.PersonName, leader.Name);
            json.WriteNumber(ScoreName, leader.Score);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static Leader[] ReadAll(JsonElement json) => json.TryGetProperty("leaders", out var leaders)
        ?
        [
            .. leaders.EnumerateArray().Select(leader =>
                new Leader(leader.ReadUser("user"), leader.ReadText("name"), leader.GetProperty("score").GetInt32())),
        ]
        : [];

    public void Save(BinaryWriter writer)
    {
        writer.Write(User);
        writer.Write(Name);
        writer.Write(Score);
    }

    public static Leader Load(BinaryReader reader) => new(reader.ReadUser(), reader.ReadString(), reader.ReadInt32());
}
