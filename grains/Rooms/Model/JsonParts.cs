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

    public static void WriteIfAny(this Utf8JsonWriter json, JsonEncodedText name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

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
