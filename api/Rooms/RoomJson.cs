using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Api.Rooms;

/// <summary>How what people ask of rooms is read: names and types exactly as documented.</summary>
internal static class RoomJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        AllowOutOfOrderMetadataProperties = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 16,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new DurationConverter(),
            new UtcMillisecondsConverter(),
        },
    };
}

/// <summary>A duration: seconds as a number, or <c>[d.]hh:mm:ss</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    /// <summary>A hundred years: beyond it sums with a time leave the calendar.</summary>
    private const double SecondsMax = 100 * 365.0 * 24 * 3600;

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds)
            && Math.Abs(seconds) <= SecondsMax)
            return TimeSpan.FromSeconds(seconds);
        if (reader.TokenType == JsonTokenType.String
            && TimeSpan.TryParseExact(reader.GetString(), "c", CultureInfo.InvariantCulture, out var duration)
            && Math.Abs(duration.TotalSeconds) <= SecondsMax)
            return duration;
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture));
}
