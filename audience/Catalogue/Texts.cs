using System.Text.Json;
using Engage.Audience.Rooms;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Catalogue;

/// <summary>What a community talks about: a tag, a name that can stand in a title, and a sentence.</summary>
internal sealed record Topic(string Tag, Text Title, Text About);

/// <summary>Somebody who teaches.</summary>
internal sealed record CreatorText(Text Name, Text About);

/// <summary>The hand-written texts of one community.</summary>
internal sealed record CommunityText(
    string Id, Text Name, Text Description, IReadOnlyList<CreatorText> Creators, IReadOnlyList<Topic> Topics);

/// <summary>
/// A way to treat any topic: the kind of content, a title with a place {0} for the topic, and a sentence with a number
/// {1}.
/// </summary>
internal sealed record Angle(string Kind, Text Title, Text About);

/// <summary>All hand-written texts; they are embedded as JSON, one file a community.</summary>
internal sealed record Texts(IReadOnlyList<CommunityText> Communities, IReadOnlyList<Angle> Angles)
{
    private static readonly string[] Ids =
        ["ai", "finance", "history", "parenting", "design", "languages", "health", "writing"];

    public static Texts Load() => new(Ids.Select(Read<CommunityText>).ToArray(), Read<Angle[]>("angles"));

    public static Phrases LoadPhrases() => Read<Phrases>("rooms");

    private static T Read<T>(string name)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The texts '{name}' are not embedded in the program.");
        return JsonSerializer.Deserialize<T>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"The texts '{name}' are empty.");
    }
}
