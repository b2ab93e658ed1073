using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Recommending;

/// <summary>What may be in a feed at all. Null where nothing is asked.</summary>
/// <param name="Region">
/// Where the user is, ISO 3166-1 alpha-2: contents offered in certain regions only must name it.
/// </param>
/// <param name="PriceMax">Contents that cost more, or are priced in another currency, are left out.</param>
[GenerateSerializer, Immutable, Alias("engage.feed-filter")]
public sealed record FeedFilter([property: Id(0)] string? Region, [property: Id(1)] Money? PriceMax)
{
    /// <returns>Null if the filter is good, otherwise what is wrong.</returns>
    public string? Check() => CatalogueRules.CheckRegion("region", Region) ?? Money.Check("priceMax", PriceMax);
}
