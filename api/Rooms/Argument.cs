using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Api.Problems;

namespace Engage.Api.Rooms;

/// <summary>
/// An argument of a hub call, read in one go: its value, or what is wrong with it, which the method answers as a
/// problem. Left to itself the hub would answer that something failed.
/// </summary>
[JsonConverter(typeof(ArgumentConverterFactory))]
internal readonly record struct Argument<T>(T? Value, string? Error);

internal sealed class ArgumentConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Argument<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(ArgumentConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class ArgumentConverter<T> : JsonConverter<Argument<T>>
{
    public override bool HandleNull => true;

    public override Argument<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = reader;
        try
        {
            return new(JsonSerializer.Deserialize<T>(ref reader, RoomJson.Options), null);
        }
        catch (JsonException exception)
        {
            return Wrong(ref reader, start, BadRequests.Describe(exception));
        }
        catch (NotSupportedException)
        {
            return Wrong(ref reader, start, "do: expected the name of an action");
        }
    }

    public override void Write(Utf8JsonWriter writer, Argument<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("An argument is only ever read.");

    private static Argument<T> Wrong(ref Utf8JsonReader reader, Utf8JsonReader start, string error)
    {
        reader = start;
        reader.Skip();
        return new(default, error);
    }
}
