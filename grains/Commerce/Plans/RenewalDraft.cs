using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Plans;

/// <summary>A further period as an order.</summary>
internal static class RenewalDraft
{
    public static OrderDraft Of(
        Subscription subscription, CommunityId[] communities, Money price, string? token)
    {
        var shares = price.MinorUnits == 0
            ? []
            : SaleShares.Of(
                price.MinorUnits, subscription.Seller, communities, subscription.Shares, affiliate: null);
        return new()
        {
            Kind = OrderKind.Renewal,
            Currency = price.Currency,
            Lines =
            [
                new(
                    1, subscription.Title, subscription.Offer, 1, price.MinorUnits, price.MinorUnits, shares, [],
                    subscription.Seller),
            ],
            Sources = price.MinorUnits == 0 ? [] : [new(subscription.Method, price.MinorUnits)],
            Token = token,
            Offer = subscription.Offer,
            Subject = subscription.Subject,
        };
    }
}
