using Engage.Audience.Catalogue;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Rooms;

/// <summary>A lecture of the demo that goes on for ever, and what it is about.</summary>
internal sealed record DemoRoom(RoomMessage Message, IReadOnlyList<Text> Topics)
{
    /// <summary>Of whom the account <c>teacher</c> is.</summary>
    public const string TeachersCreator = "k-ai-1";

    /// <summary>Two of one creator, so that a dashboard shows more than one, and one elsewhere.</summary>
    public static IReadOnlyList<DemoRoom> Compose(DemoCatalogue catalogue) =>
    [
        Of(catalogue, "ai", "lecture", 1, new("人工智能公开课（直播）", "AI, live: the open lecture")),
        Of(catalogue, "ai", "salon", 1, new("人工智能沙龙：随便聊聊", "AI salon: an open chat")),
        Of(catalogue, "finance", "lecture", 1, new("理财直播间", "Personal finance, live")),
    ];

    private static DemoRoom Of(DemoCatalogue catalogue, string community, string name, int creator, Text title) => new(
        new($"r-{community}-{name}", $"g-{community}", FormattableString.Invariant($"k-{community}-{creator}"), title),
        [.. catalogue.Topics.Where(entry => entry.Community == community).Select(entry => entry.Topic.Title)]);
}
