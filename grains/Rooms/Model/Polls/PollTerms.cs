using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What is asked in a poll, and how; what people see of it before anybody has voted.</summary>
/// <param name="Minimum">Slider; so is the maximum.</param>
/// <param name="ClosesAt">Null: when a moderator closes it.</param>
internal sealed record PollTerms(
    PollKind Kind,
    string Question,
    string[] Choices,
    double? Minimum,
    double? Maximum,
    bool ShowResults,
    DateTimeOffset? ClosesAt)
{
    private static readonly JsonEncodedText ChoicesName = JsonNames.Name("choices"),
        MinimumName = JsonNames.Name("minimum"), MaximumName = JsonNames.Name("maximum"),
        ShowResultsName = JsonNames.Name("showResults"), ClosesAtName = JsonNames.Name("closesAt");

    private static readonly JsonEncodedText[] Kinds =
        [.. Enum.GetValues<PollKind>().Select(kind =>
            JsonNames.Name(JsonNamingPolicy.CamelCase.ConvertName($"{kind}")))];

    public bool HasChoices => Kind is PollKind.Single or PollKind.Multiple or PollKind.Quiz;

    /// <summary>
    /// Whether participants see totals before it is closed; of a quiz they would give the answer away.
    /// </summary>
    public bool ShowsWhileOpen => ShowResults && Kind != PollKind.Quiz;

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.Kind, Kinds[(int)Kind - 1]);
        json.WriteString(JsonNames.Question, Question);
        if (HasChoices) json.WriteTexts(ChoicesName, Choices);
        if (Minimum is { } minimum) json.WriteNumber(MinimumName, minimum);
        if (Maximum is { } maximum) json.WriteNumber(MaximumName, maximum);
        json.WriteBoolean(ShowResultsName, ShowResults);
        if (ClosesAt is { } closesAt) RoomTime.WriteTo(json, ClosesAtName, closesAt);
    }

    public static PollTerms Read(JsonElement json) => new(
        Enum.Parse<PollKind>(json.ReadText("kind"), ignoreCase: true), json.ReadText("question"),
        json.ReadTexts("choices"), json.ReadReal("minimum"), json.ReadReal("maximum"), json.ReadFlag("showResults"),
        json.ReadTime("closesAt"));

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)Kind);
        writer.Write(Question);
        writer.WriteAll(Choices, writer.Write);
        writer.WriteReal(Minimum);
        writer.WriteReal(Maximum);
        writer.Write(ShowResults);
        writer.WriteTime(ClosesAt);
    }

    public static PollTerms Load(BinaryReader reader) => new((PollKind)reader.ReadByte(), reader.ReadString(),
        reader.ReadAll(reader.ReadString), reader.ReadReal(), reader.ReadReal(), reader.ReadBoolean(),
        reader.ReadTime());

    public bool Equals(PollTerms? other) => other is not null && Kind == other.Kind && Question == other.Question &&
        Choices.AsSpan().SequenceEqual(other.Choices) && Minimum == other.Minimum && Maximum == other.Maximum &&
        ShowResults == other.ShowResults && ClosesAt == other.ClosesAt;

    public override int GetHashCode() => Question.GetHashCode(StringComparison.Ordinal);
}
