using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>For everyone; the right answer of a quiz is not in it, see <see cref="QuizKeySet"/>.</summary>
internal sealed record PollOpened(Guid Id, PollTerms Terms) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.PollOpened;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override Guid? MessageId => Id;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Id, Id);
        json.WriteStartObject(JsonNames.Poll);
        Terms.WriteTo(json);
        json.WriteEndObject();
    }

    public static PollOpened Read(JsonElement json) =>
        new(json.GetProperty("id").GetGuid(), PollTerms.Read(json.GetProperty("poll")));
}

/// <summary>
/// Stands right behind the quiz it belongs to, for nobody to see: the log must know the right answer before the close,
/// people must not.
/// </summary>
/// <param name="Id">The client's id of the quiz; it is known by that, not by a place that is not given yet.</param>
internal sealed record QuizKeySet(Guid Id, int Right) : RoomFact
{
    public static readonly JsonEncodedText RightName = JsonNames.Name("right");

    public override RoomEntryKind Kind => RoomEntryKind.PollOpened;
    public override RoomAudience Audience => RoomAudience.Nobody;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Id, Id);
        json.WriteNumber(RightName, Right);
    }

    public static QuizKeySet Read(JsonElement json) =>
        new(json.GetProperty("id").GetGuid(), json.GetProperty("right").GetInt32());
}

internal sealed record PollVoted(long Poll, Ballot Ballot) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.PollVoted;
    public override RoomAudience Audience => RoomAudience.Nobody;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Poll, Poll);
        Ballot.WriteTo(json);
    }

    public static PollVoted Read(JsonElement json) => new(json.GetProperty("poll").GetInt64(), Ballot.Read(json));
}

/// <param name="Right">Quiz: the index of the right choice, on the wire from now on.</param>
/// <param name="Leaders">Quiz: the board of the room over all its quizzes up to this one.</param>
internal sealed record PollClosed(long Poll, PollResults Results, int? Right, Leader[] Leaders) : RoomFact
{
    private static readonly JsonEncodedText ResultsName = JsonNames.Name("results");

    public override RoomEntryKind Kind => RoomEntryKind.PollClosed;
    public override RoomAudience Audience => RoomAudience.Everyone;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Poll, Poll);
        json.WriteStartObject(ResultsName);
        Results.WriteTo(json);
        json.WriteEndObject();
        if (Right is not { } right) return;

        json.WriteNumber(QuizKeySet.RightName, right);
        Leader.WriteAll(json, Leaders);
    }

    public static PollClosed Read(JsonElement json) => new(json.GetProperty("poll").GetInt64(),
        PollResults.Read(json.GetProperty("results")), (int?)json.ReadNumber("right"), Leader.ReadAll(json));

    public bool Equals(PollClosed? other) => other is not null && Poll == other.Poll && Right == other.Right &&
        Results.Equals(other.Results) && Leaders.AsSpan().SequenceEqual(other.Leaders);

    public override int GetHashCode() => Poll.GetHashCode();
}
