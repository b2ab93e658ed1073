using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <param name="Held">As with <see cref="Said"/>.</param>
internal sealed record Asked(Guid Id, string Text, bool Anonymous, long? Held = null) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Asked;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override bool IsReleased => Held is not null;
    public override Guid? MessageId => Held is null ? Id : null;
    public override bool IsAnonymous => Anonymous;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Id, Id);
        json.WriteString(JsonNames.Text, Text);
        if (Anonymous) json.WriteBoolean(JsonNames.Anonymous, true);
        json.WriteIfAny(JsonNames.Held, Held);
    }

    public static Asked Read(JsonElement json) => new(json.GetProperty("id").GetGuid(), json.ReadText("text"),
        json.ReadFlag("anonymous"), json.ReadNumber("held"));
}

/// <param name="Anonymous">Of the question: whoever edits an anonymous one is not shown either.</param>
/// <param name="Held">As with <see cref="Said"/>.</param>
internal sealed record QuestionEdited(long Target, string Text, bool Anonymous, long? Held = null) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.QuestionEdited;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override bool IsReleased => Held is not null;
    public override bool IsAnonymous => Anonymous;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Target, Target);
        json.WriteString(JsonNames.Text, Text);
        if (Anonymous) json.WriteBoolean(JsonNames.Anonymous, true);
        json.WriteIfAny(JsonNames.Held, Held);
    }

    public static QuestionEdited Read(JsonElement json) => new(json.GetProperty("target").GetInt64(),
        json.ReadText("text"), json.ReadFlag("anonymous"), json.ReadNumber("held"));
}

internal sealed record QuestionUpvoted(long Question, bool On) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.QuestionUpvoted;
    public override RoomAudience Audience => RoomAudience.Nobody;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Question, Question);
        json.WriteBoolean(JsonNames.On, On);
    }

    public static QuestionUpvoted Read(JsonElement json) =>
        new(json.GetProperty("question").GetInt64(), json.ReadFlag("on"));
}

internal sealed record QuestionAnswered(long Question, string? Text) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.QuestionAnswered;
    public override RoomAudience Audience => RoomAudience.Everyone;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Question, Question);
        json.WriteIfAny(JsonNames.Text, Text);
    }

    public static QuestionAnswered Read(JsonElement json) =>
        new(json.GetProperty("question").GetInt64(), json.ReadTextIfAny("text"));
}

/// <remarks>
/// Never says who removed it: where it was the asker, that would name the author of an anonymous question. What a
/// moderator removes is in the audit.
/// </remarks>
internal sealed record QuestionRemoved(long Target) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.QuestionRemoved;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override bool IsAnonymous => true;
    public override void WriteTo(Utf8JsonWriter json) => json.WriteNumber(JsonNames.Target, Target);
}
