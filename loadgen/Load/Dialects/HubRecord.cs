using System.Buffers.Text;
using System.Text.Json;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>One message of SignalR's JSON hub protocol, its members where they lie.</summary>
/// <param name="Type">0 where there is none.</param>
/// <param name="Call">The invocation's id as the number that we gave.</param>
/// <param name="Argument">Where the first argument of an invocation lies.</param>
/// <param name="Result">Where the result of a completion lies.</param>
internal readonly record struct HubRecord(
    int Type, int Call, string? Target, string? Error, Range Argument, Range Result)
{
    public const int Invocation = 1;
    public const int Completion = 3;
    public const int Close = 7;

    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static HubRecord Read(ReadOnlySpan<byte> record)
    {
        try
        {
            var reader = new Utf8JsonReader(record);
            reader.Read();
            return Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"A hub message that cannot be read: {e.Message}", e);
        }
    }

    private static HubRecord Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidDataException($"A hub message: expected an object, found {reader.TokenType}.");
        var record = new HubRecord(0, -1, null, null, default, default);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8) && reader.Read())
                record = record with { Type = reader.GetInt32() };
            else if (reader.ValueTextEquals("target"u8) && reader.Read())
                record = record with { Target = reader.GetString() };
            else if (reader.ValueTextEquals("error"u8) && reader.Read())
                record = record with { Error = reader.GetString() };
            else if (reader.ValueTextEquals("invocationId"u8) && reader.Read())
                record = record with { Call = Utf8Parser.TryParse(reader.ValueSpan, out int call, out _) ? call : -1 };
            else if (reader.ValueTextEquals("arguments"u8))
                record = record with { Argument = FirstOf(ref reader) };
            else if (reader.ValueTextEquals("result"u8) && reader.Read())
                record = record with { Result = Skip(ref reader) };
            else
                reader.Skip();
        }

        return record;
    }

    private static Range FirstOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read()
            || reader.TokenType == JsonTokenType.EndArray)
            return default;
        var first = Skip(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            reader.Skip();
        return first;
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
