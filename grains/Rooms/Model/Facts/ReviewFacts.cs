using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Something waits for a moderator before others see it.</summary>
/// <param name="What">Said, Edited, Asked or QuestionEdited: what it becomes when it is approved.</param>
/// <param name="Id">The client's id; null for an edit.</param>
/// <param name="Target">Of an edit.</param>
/// <param name="Word">The filtered word that it contains; null: the room holds everything.</param>
internal sealed record Held(
    RoomEntryKind What,
    Guid? Id,
    string Text,
    long? ReplyTo,
    UserId[] Mentions,
    bool Anonymous,
    long? Target,
    string? Word) : RoomFact
{
    private static readonly JsonEncodedText WordName = JsonNames.Name("word");

    public override RoomEntryKind Kind => RoomEntryKind.Held;
    public override RoomAudience Audience => RoomAudience.Moderators;
    public override Guid? MessageId => Id;
    public override bool IsAnonymous => Anonymous;

    /// <summary>What it becomes when it is approved.</summary>
    /// <param name="seq">Its place.</param>
    public RoomFact Released(long seq) => What switch
    {
        RoomEntryKind.Asked => new Asked(Id!.Value, Text, Anonymous, seq),
        RoomEntryKind.Edited => new Edited(Target!.Value, Text, seq),
        RoomEntryKind.QuestionEdited => new QuestionEdited(Target!.Value, Text, Anonymous, seq),
        _ => new Said(Id!.Value, Text, ReplyTo, Mentions, seq),
    };

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.What, JsonNames.Of(What));
        if (Id is { } id) json.WriteString(JsonNames.Id, id);
        json.WriteString(JsonNames.Text, Text);
        json.WriteIfAny(JsonNames.ReplyTo, ReplyTo);
        json.WriteUsers(JsonNames.Mentions, Mentions);
        if (Anonymous) json.WriteBoolean(JsonNames.Anonymous, true);
        json.WriteIfAny(JsonNames.Target, Target);
        json.WriteIfAny(WordName, Word);
    }

    public static Held Read(JsonElement json) => new(
        JsonNames.KindOf(json.ReadText("what")), json.TryGetProperty("id", out var id) ? id.GetGuid() : null,
        json.ReadText("text"), json.ReadNumber("replyTo"), json.ReadUsers("mentions"), json.ReadFlag("anonymous"),
        json.ReadNumber("target"), json.ReadTextIfAny("word"));

    public bool Equals(Held? other) => other is not null && What == other.What && Id == other.Id &&
        Text == other.Text && ReplyTo == other.ReplyTo && Mentions.AsSpan().SequenceEqual(other.Mentions) &&
        Anonymous == other.Anonymous && Target == other.Target && Word == other.Word;

    public override int GetHashCode() => HashCode.Combine(Id, Text);
}

/// <summary>A moderator let it through, or not.</summary>
internal sealed record Reviewed(long HeldSeq, bool IsApproved) : RoomFact
{
    public override RoomEntryKind Kind => IsApproved ? RoomEntryKind.Approved : RoomEntryKind.Rejected;
    public override RoomAudience Audience => RoomAudience.Moderators;
    public override void WriteTo(Utf8JsonWriter json) => json.WriteNumber(JsonNames.Held, HeldSeq);
}
