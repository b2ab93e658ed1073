using System.Globalization;
using Engage.Audience.Catalogue;
using Engage.Audience.Model;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Driving;

/// <summary>
/// The demo's contents as the simulated audience sees them. Lectures that an earlier run published are understood from
/// their ids, so nothing has to be remembered between runs.
/// </summary>
internal sealed class OfferBook
{
    private const string LivePart = "-live";

    private readonly InterestSpace _space;
    private readonly Dictionary<string, Offer> _known = [];
    private readonly List<Offer> _all = [];
    private readonly Dictionary<string, string> _names;

    public OfferBook(InterestSpace space, DemoCatalogue catalogue)
    {
        _space = space;
        _names = catalogue.Topics.ToDictionary(entry => entry.Topic.Tag, entry => entry.Topic.Title.Zh!);
        foreach (var content in catalogue.Contents)
            Add(content);
    }

    /// <summary>Everything that can be come across.</summary>
    public IReadOnlyList<Offer> All => _all;

    /// <summary>Adds a content that may be come across from now on.</summary>
    public void Add(ContentMessage content)
    {
        var offer = Offer(content.Id, content.Creator, content.Community, content.ContentKind, content.PublishedAt);
        if (offer is not null && _known.TryAdd(content.Id, offer))
            _all.Add(offer);
    }

    /// <summary>What a recommended item means to the audience; null for a content that is not of the demo.</summary>
    public Offer? Find(RecommendedItem item) => _known.TryGetValue(item.Content, out var known)
        ? known
        : Offer(
            item.Content, item.Creator ?? "", item.Community ?? "", item.ContentKind ?? "", PublishedAt(item.Content));

    /// <summary>What a user types who looks for this content.</summary>
    public string QueryFor(Offer offer) => _names[TagOf(offer.Content)!];

    private Offer? Offer(string id, string creator, string community, string kind, DateTimeOffset? publishedAt) =>
        TagOf(id) is { } tag && _names.ContainsKey(tag)
            ? new(id, creator, community, kind, _space.Content(id, tag, publishedAt ?? DateTimeOffset.UnixEpoch))
            : null;

    /// <summary>Ids are c-community-topic-number; only the topic may have hyphens of its own.</summary>
    private static string? TagOf(string id)
    {
        var topic = id.IndexOf('-', Math.Min(2, id.Length)) + 1;
        var live = id.IndexOf(LivePart, StringComparison.Ordinal);
        var end = live > 0 ? live : id.LastIndexOf('-');
        return topic > 0 && end > topic ? id[topic..end] : null;
    }

    private static DateTimeOffset? PublishedAt(string id)
    {
        var live = id.IndexOf(LivePart, StringComparison.Ordinal);
        return live > 0 && DateTimeOffset.TryParseExact(
            id[(live + LivePart.Length)..], "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;
    }
}
