using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.Recommend;

namespace Engage.Bench;

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
                    $"'{pair}' is no setting; expected name=value with one of " +
                    $"{string.Join(", ", options.Select(option => option.Key))}.");
            options[parts[0]] = JsonNode.Parse(parts[1]);
        }

        return options.Deserialize<RecommenderOptions>(Json)!;
    }
}
