using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>Turns <c>name=value</c> pairs into options, for comparing settings without a build.</summary>
internal static class OptionOverrides
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <exception cref="ArgumentException">A name is not an option, or a value is not JSON of its type.</exception>
    public static RecommenderOptions Apply(IEnumerable<string> pairs)
    {
        var options = JsonSerializer.SerializeToNode(new RecommenderOptions(), Json)!.AsObject();
        foreach (var pair in pairs)
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || !options.ContainsKey(parts[0]))
                throw new ArgumentException(
                    $"--set {pair}: no such setting; expected name=value with one of " +
                    $"{string.Join(", ", options.Select(option => option.Key))}.");
            Set(options, parts[0], parts[1]);
        }

        return options.Deserialize<RecommenderOptions>(Json)!;
    }

    private static void Set(JsonObject options, string name, string value)
    {
        try
        {
            options[name] = JsonNode.Parse(value);
            // Read back at once, so that the error names this setting.
            options.Deserialize<RecommenderOptions>(Json);
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"--set {name}={value}: the value is not of the setting's type.", error);
        }
    }
}
