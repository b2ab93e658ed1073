using System.Buffers.Text;
using System.Text.Json;
using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>Parts that several facts write and read alike.</summary>
internal static class JsonParts
{
    /// <summary>Nobody: nothing is written.</summary>
    public static void WriteUsers(this Utf8JsonWriter json, JsonEncodedText name, UserId[] users)
    {
        if (users.Length == 0) return;

        json.WriteStartArray(name);
        foreach (var user in users) json.WriteStringValue(user.Value);
        json.WriteEndArray();
    }

    /// <summary>A place in the log as the name of a member.</summary>
    public static void WriteSeqName(this Utf8JsonWriter json, long seq)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(seq, digits, out var length);
        json.WritePropertyName(digits[..length]);
    }

    public static void WriteIfAny(this Utf8JsonWriter json, JsonEncodedText name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    public static void WriteIfAny(this Utf8JsonWriter json, JsonEncodedText name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
    }

    public static void WriteTexts(this Utf8JsonWriter json, JsonEncodedText name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static void WriteNumbers(this Utf8JsonWriter json, JsonEncodedText name, int[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    public static string[] ReadTexts(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var texts)
            ? [.. texts.EnumerateArray().Select(text => text.GetString()!)]
            : [];

    public static int[]? ReadNumbers(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var numbers)
            ? [.. numbers.EnumerateArray().Select(number => number.GetInt32())]
            : null;

    public static double? ReadReal(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var number) ? number.GetDouble() : null;

    public static UserId[] ReadUsers(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var users)
            ? [.. users.EnumerateArray().Select(user => new UserId(user.GetString()!))]
            : [];

    public static string ReadText(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static string? ReadTextIfAny(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var text) ? text.GetString() : null;

    public static UserId ReadUser(this JsonElement json, string name) => new(json.ReadText(name));

    public static long? ReadNumber(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var number) ? number.GetInt64() : null;

    public static bool ReadFlag(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var flag) && flag.GetBoolean();

    public static DateTimeOffset? ReadTime(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var time) ? time.GetDateTimeOffset() : null;
}
