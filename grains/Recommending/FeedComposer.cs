using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;

namespace Engage.Grains.Recommending;

/// <summary>Turns ranked ids into what a screen needs. An id that is not catalogued (any more) is left out.</summary>
internal sealed class FeedComposer(CatalogueView catalogue)
{
    public FeedItem[] Compose(RankedContent[] ranked)
    {
        var items = new List<FeedItem>(ranked.Length);
        foreach (var entry in ranked)
            if (catalogue.Find(entry.Content) is { } content)
                items.Add(new()
                {
                    Content = entry.Content,
                    Score = Math.Round(entry.Score, 4),
                    Title = content.Title,
                    Creator = content.Creator,
                    Community = content.Community,
                    ContentKind = content.ContentKind,
                    Reason = Explain(entry),
                    Propensity = entry.Propensity > 0 ? entry.Propensity : 1,
                    Explored = entry.Explored,
                });
        return [.. items];
    }

    private FeedReason Explain(RankedContent entry) => new()
    {
        Kind = entry.Reason,
        Related = entry.Related,
        Lift = entry.Lift,
        RelatedTitle = entry.Related is not { } related
            ? null
            : entry.Reason == FeedReasonKind.FollowedCreator
                ? catalogue.Find(new CreatorId(related))?.Name
                : catalogue.Find(new ContentId(related))?.Title,
    };
}
