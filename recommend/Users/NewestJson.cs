using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Recommend;

/// <summary>A <see cref="Newest{T}"/> as JSON: the array that a list is.</summary>
internal sealed class NewestJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Newest<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Newest<T>> where T : struct, IStoredValue
    {
        public override Newest<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            [.. JsonSerializer.Deserialize<List<T>>(ref reader, options)!];

        public override void Write(Utf8JsonWriter writer, Newest<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (var i = 0; i < value.Count; i++)
                value[i].WriteTo(writer, options);
            writer.WriteEndArray();
        }
    }
}
