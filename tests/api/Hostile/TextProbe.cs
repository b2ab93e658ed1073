using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engage.Api.Tests.Hostile;

/// <summary>Who sends a probe.</summary>
internal enum By
{
    /// <summary>Nobody who is known.</summary>
    Nobody = 0,

    /// <summary>Somebody with an account.</summary>
    Account = 1,

    /// <summary>Who owns the creator and the community that all is about.</summary>
    Owner = 2,

    /// <summary>Who buys of them.</summary>
    Buyer = 3,

    /// <summary>A trusted back end.</summary>
    Service = 4,
}

/// <summary>A request that is good as it is, into which hostile texts are put, one field at a time.</summary>
/// <param name="Surface">As in <see cref="TextField"/>.</param>
/// <param name="By">Who sends it.</param>
/// <param name="Make">Where it goes, and the good body; called anew for each request.</param>
internal sealed record TextProbe(string Surface, By By, Func<Task<(string Path, object Body)>> Make)
{
    /// <summary>Fields that keep any text, and how long it may be. They give it back letter by letter.</summary>
    public Dictionary<string, int> Kept { get; init; } = [];

    /// <summary>
    /// Fields that may take any text and show it to nobody: secrets, and what counts for nothing here.
    /// </summary>
    public string[] Taken { get; init; } = [];

    /// <summary>Where a kept text is read back; null: the answer itself has it.</summary>
    public Func<JsonElement, string>? ReadAt { get; init; }

    /// <summary>Makes room for the next one; null: there is room.</summary>
    public Func<JsonElement, Task>? After { get; init; }

    /// <summary>Fields of neither kind are of a shape that no hostile text has: it is refused.</summary>
    public bool Refuses(string path) => !Kept.ContainsKey(path) && !Taken.Contains(path);

    /// <returns>The body with the text at the place.</returns>
    public static JsonNode Put(object body, string path, string text)
    {
        var root = JsonSerializer.SerializeToNode(body)!;
        Put(root, path, text);
        return root;
    }

    private static void Put(JsonNode node, string path, string text)
    {
        var end = path.IndexOfAny(['.', '[', '{'], path is ['[', ..] or ['{', ..] ? 1 : 0);
        var (step, rest) = end < 0 ? (path, "") : (path[..end], path[end..].TrimStart('.'));
        if (path.StartsWith("[]", StringComparison.Ordinal)) (step, rest) = ("[]", path[2..].TrimStart('.'));
        if (path.StartsWith("{}", StringComparison.Ordinal)) (step, rest) = ("{}", path[2..].TrimStart('.'));
        var next = node switch
        {
            JsonArray { Count: > 0 } list => list[0],
            JsonObject map => map[step is "{}" ? "query" : step],
            _ => null,
        };
        if (rest.Length > 0)
        {
            Put(next ?? Add(node, step, rest[0] == '[' ? new JsonArray() : new JsonObject()), rest, text);
            return;
        }
        if (node is JsonArray { Count: > 0 } one) one[0] = text;
        else Add(node, step, JsonValue.Create(text));
    }

    private static JsonNode Add(JsonNode node, string step, JsonNode child)
    {
        if (node is JsonArray list) list.Add(child);
        else node.AsObject()[step is "{}" ? "query" : step] = child;
        return child;
    }
}
