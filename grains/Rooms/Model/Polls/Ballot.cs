using System.Text.Json;

namespace Engage.Grains.Rooms;

/// <summary>One vote, whichever kind of poll it is for.</summary>
/// <param name="Choices">A bit for each choice taken; 0: the poll has none.</param>
/// <param name="Value">Slider.</param>
/// <param name="Word">Word cloud, as it is counted.</param>
internal readonly record struct Ballot(ushort Choices, double? Value, string? Word)
{
    private static readonly JsonEncodedText ChoicesName = JsonNames.Name("choices"),
        ValueName = JsonNames.Name("value"), WordName = JsonNames.Name("word");

    public static Ballot Of(IEnumerable<int> choices) =>
        new((ushort)choices.Aggregate(0, (bits, choice) => bits | 1 << choice), null, null);

    public bool Has(int choice) => (Choices >> choice & 1) != 0;

    public void WriteTo(Utf8JsonWriter json)
    {
        if (Choices != 0)
        {
            json.WriteStartArray(ChoicesName);
            for (var choice = 0; choice < 16; choice++)
                if (Has(choice))
                    json.WriteNumberValue(choice);
            json.WriteEndArray();
        }
        if (Value is { } value) json.WriteNumber(ValueName, value);
        json.WriteIfAny(WordName, Word);
    }

    public static Ballot Read(JsonElement json) => new(
        json.TryGetProperty("choices", out var choices)
            ? Of(choices.EnumerateArray().Select(choice => choice.GetInt32())).Choices
            : (ushort)0,
        json.ReadReal("value"), json.ReadTextIfAny("word"));

    public void Save(BinaryWriter writer)
    {
        writer.Write(Choices);
        writer.WriteReal(Value);
        writer.WriteText(Word);
    }

    public static Ballot Load(BinaryReader reader) => new(reader.ReadUInt16(), reader.ReadReal(), reader.ReadText());
}
