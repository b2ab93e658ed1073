using System.Text.Json;
using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>A question to whoever holds the room, with those who want to hear the answer too.</summary>
internal sealed class Question
{
    private static readonly JsonEncodedText VotesName = JsonNames.Name("votes"),
        AnsweredName = JsonNames.Name("answered"), AnswerName = JsonNames.Name("answer");

    public required long Seq { get; init; }
    public required UserId By { get; init; }
    public required string Name { get; init; }
    public required Guid Id { get; init; }
    public required long At { get; init; }
    public required bool IsAnonymous { get; init; }
    public required string Text { get; set; }
    public HashSet<UserId> Votes { get; private init; } = [];
    public bool IsAnswered { get; private set; }
    public string? Answer { get; private set; }

    public void MarkAnswered(string? answer) => (IsAnswered, Answer) = (true, answer);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(JsonNames.Text, Text);
        if (!IsAnonymous)
        {
            json.WriteString(JsonNames.By, By.Value);
            json.WriteString(JsonNames.PersonName, Name);
        }
        RoomTime.WriteTo(json, JsonNames.At, RoomTime.From(At));
        json.WriteNumber(VotesName, Votes.Count);
        json.WriteBoolean(AnsweredName, IsAnswered);
        json.WriteIfAny(AnswerName, Answer);
        json.WriteEndObject();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Seq);
        writer.Write(By);
        writer.Write(Name);
        writer.Write(Id.ToByteArray());
        writer.Write(At);
        writer.Write(IsAnonymous);
        writer.Write(Text);
        writer.WritePeople(Votes);
        writer.Write(IsAnswered);
        writer.WriteText(Answer);
    }

    public static Question Load(BinaryReader reader)
    {
        var question = new Question
        {
            Seq = reader.ReadInt64(), By = reader.ReadUser(), Name = reader.ReadString(),
            Id = new(reader.ReadBytes(16)), At = reader.ReadInt64(), IsAnonymous = reader.ReadBoolean(),
            Text = reader.ReadString(), Votes = [.. reader.ReadAll(reader.ReadUser)],
        };
        if (reader.ReadBoolean()) question.MarkAnswered(null);
        question.Answer = reader.ReadText();
        return question;
    }
}
