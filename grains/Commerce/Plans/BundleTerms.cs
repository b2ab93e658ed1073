using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Offers;
using Engage.Grains.Commerce.Orders;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Several offers at one price: one line each, so that each seller gets her part and each can be given back by itself.
/// The price is split by what they cost alone.
/// </summary>
internal sealed class BundleTerms(IGrainFactory grains, SaleCommunities communities) : IOrderTerms
{
    public int Rank => 100;

    public async ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Offer.Kind != OfferKind.Bundle) return null;

        var items = await Task.WhenAll(
            shape.Offer.Items.Select(item => grains.GetGrain<IOfferGrain>(item.Value).GetAsync()));
        if (Array.FindIndex(items, item => item?.Kind != OfferKind.OneOff) is >= 0 and var wrong)
            return new(
                "not-for-sale",
                $"Offer '{shape.Offer.Id}' holds '{shape.Offer.Items[wrong]}', which is not something that is bought "
                + "once; its seller has to mend it.");

        // Whoever could name another's offer in a bundle would sell what is not hers, at any price.
        if (Array.FindIndex(items, item => !OfferReferences.MayHold(shape.Offer.Seller, item!.Seller))
            is >= 0 and var foreign)
            return new(
                "not-for-sale",
                $"Offer '{shape.Offer.Id}' holds '{shape.Offer.Items[foreign]}', which is another seller's; its seller "
                + "has to mend it.");

        var total = shape.Total;
        shape.Lines.Clear();
        var alone = Array.ConvertAll(items, item => PriceOf(item!, shape));
        var parts = Parts.Split(total, alone.Sum() == 0 ? Array.ConvertAll(alone, _ => 1L) : alone);
        foreach (var (item, part) in items.Zip(parts))
        {
            // What the bundle itself opens comes with its first part.
            Grant[] grants = shape.Lines.Count == 0 ? [.. item!.Grants, .. shape.Offer.Grants] : item!.Grants;
            shape.Lines.Add(new()
            {
                Title = item.Title,
                Offer = item.Id,
                Seller = item.Seller,
                Communities = await communities.OfAsync(item.Seller, grants, cancellationToken),
                Terms = item.Shares ?? ShareTerms.Usual,
                Quantity = shape.Request.Quantity,
                Price = part,
                Amount = part,
                Grants = grants,
            });
        }
        return null;
    }

    /// <summary>What it costs alone, as a weight; 0 where it is sold for other money.</summary>
    private static long PriceOf(Offer item, OrderShape shape) =>
        item.PriceAt(shape.Now) is { } price && price.Currency == shape.Currency ? price.MinorUnits : 0;
}
