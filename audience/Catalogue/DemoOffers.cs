using Engage.LoadGen.Protocol;

namespace Engage.Audience.Catalogue;

/// <summary>
/// What the demo sells: of each community one content by itself and one for a month, a subscription to a creator and a
/// membership of the community. Most of the catalogue stays free, as in life.
/// </summary>
internal static class DemoOffers
{
    private const string Currency = "CNY";
    private const int TrialDays = 7;
    private static readonly int[] Prices = [2_900, 4_900, 9_900, 19_900];

    public static IEnumerable<OfferMessage> Of(DemoCatalogue catalogue) =>
        catalogue.Communities.Index().SelectMany(community => Of(catalogue, community.Item, community.Index));

    private static IEnumerable<OfferMessage> Of(DemoCatalogue catalogue, CommunityMessage community, int index)
    {
        var contents = catalogue.Contents.Where(content => content.Community == community.Id).Take(2).ToArray();
        foreach (var (place, content) in contents.Index())
            yield return new()
            {
                Id = $"f-{content.Id}",
                Kind = "oneOff",
                Seller = new(content.Creator, content.Community),
                Title = content.Title,
                Grants = [new($"content:{content.Id}", place == 0 ? null : 30)],
                Price = new(Prices[(index + place) % Prices.Length], Currency),
            };
        var creator = catalogue.Creators.First(each => each.Communities?.Contains(community.Id) == true);
        yield return new()
        {
            Id = $"f-{creator.Id}-month",
            Kind = "subscription",
            Seller = new(creator.Id, community.Id),
            Title = new($"{creator.Name.Zh}：每月订阅", $"{creator.Name.En}: monthly"),
            Grants = [new($"creator:{creator.Id}")],
            Price = new(1_900, Currency),
            Interval = "month",
            TrialDays = TrialDays,
        };
        yield return new()
        {
            Id = $"f-{community.Id}-year",
            Kind = "tier",
            Seller = new(null, community.Id),
            Title = new($"{community.Name.Zh}：年度会员", $"{community.Name.En}: member for a year"),
            Grants = [new($"community:{community.Id}")],
            Price = new(19_900, Currency),
            Interval = "year",
        };
    }
}
