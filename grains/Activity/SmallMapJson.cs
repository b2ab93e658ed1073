using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Grains.Activity;

/// <summary>A <see cref="SmallMap{TKey}"/> as JSON: the object that a dictionary is, a number for each key.</summary>
internal sealed class SmallMapJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(SmallMap<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()), options)!;

    private sealed class Of<TKey>(JsonSerializerOptions options) : JsonConverter<SmallMap<TKey>> where TKey : unmanaged
    {
        private readonly JsonConverter<TKey> _keys = (JsonConverter<TKey>)options.GetConverter(typeof(TKey));

        public override SmallMap<TKey> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var map = new SmallMap<TKey>();
            foreach (var (key, value) in JsonSerializer.Deserialize<Dictionary<TKey, long>>(ref reader, options) ?? [])
                if (value != 0) map.Set(key, value);
            return map;
        }

        public override void Write(Utf8JsonWriter writer, SmallMap<TKey> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (key, number) in value)
            {
                _keys.WriteAsPropertyName(writer, key, options);
                writer.WriteNumberValue(number);
            }
            writer.WriteEndObject();
        }
    }
}
