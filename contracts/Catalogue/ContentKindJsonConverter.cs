using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Contracts.Catalogue;

/// <summary>
/// Exactly one name of a kind, in camel case. The serializer's own enum converter also takes numbers and lists of
/// names, and would make another kind of them.
/// </summary>
public sealed class ContentKindJsonConverter : JsonConverter<ContentKind>
{
    private static readonly Dictionary<string, ContentKind> Kinds = Enum.GetValues<ContentKind>()
        .ToDictionary(kind => JsonNamingPolicy.CamelCase.ConvertName($"{kind}"), StringComparer.Ordinal);

    private static readonly Dictionary<ContentKind, string> Names =
        Kinds.ToDictionary(pair => pair.Value, pair => pair.Key);

    public override ContentKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Kinds.TryGetValue(reader.GetString()!, out var kind)
            ? kind
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, ContentKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Names[value]);
}
