using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Contracts.Activity;

/// <summary>A place in the journal, on the wire <c>partition:offset</c>. Lets a client read its own writes.</summary>
[GenerateSerializer, Immutable, Alias("engage.journal-position"), JsonConverter(typeof(JournalPositionJsonConverter))]
public readonly record struct JournalPosition([property: Id(0)] int Partition, [property: Id(1)] long Offset)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}:{Offset}");

    public static bool TryParse([NotNullWhen(true)] string? text, out JournalPosition position)
    {
        position = default;
        var colon = text?.IndexOf(':') ?? -1;
        if (colon <= 0
            || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return false;

        position = new(partition, offset);
        return true;
    }
}

internal sealed class JournalPositionJsonConverter : JsonConverter<JournalPosition>
{
    public override JournalPosition Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JournalPosition.TryParse(reader.GetString(), out var position)
            ? position
            : throw new JsonException("A journal position is 'partition:offset', for example '3:1842'.");

    public override void Write(Utf8JsonWriter writer, JournalPosition value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
