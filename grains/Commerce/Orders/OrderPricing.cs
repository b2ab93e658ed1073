using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Shares;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Orders;

/// <summary>Makes a priced order of a request: the offer as it is now, then whatever else has a say in it.</summary>
internal sealed class OrderPricing(
    IGrainFactory grains, IEnumerable<IOrderTerms> terms, OwnedSeats seats, SaleCommunities communities,
    IOptions<CommerceOptions> options, TimeProvider time)
{
    private readonly IOrderTerms[] _terms = [.. terms.OrderBy(each => each.Rank)];

    public async ValueTask<(OrderDraft? Draft, CommerceRefusal? Refusal)> PriceAsync(
        OrderId id, UserId buyer, OrderRequest request, CancellationToken cancellationToken)
    {
        var (shape, refusal) = await ShapeAsync(id, buyer, request, isPreview: false, cancellationToken);
        if (shape is null) return (null, refusal);

        if (Payable(shape, request.Pay) is { } wrong) return (null, wrong);
        foreach (var keep in shape.Keeping) await keep(cancellationToken);
        return (shape.ToDraft(), null);
    }

    /// <summary>The same without an order: nothing is written, and how it is paid does not matter.</summary>
    public async ValueTask<PreviewReply> PreviewAsync(
        UserId buyer, OrderRequest request, CancellationToken cancellationToken)
    {
        var (shape, refusal) = await ShapeAsync(new("o-preview"), buyer, request, isPreview: true, cancellationToken);
        return new(shape?.ToPreview(), refusal);
    }

    private async ValueTask<(OrderShape? Shape, CommerceRefusal? Refusal)> ShapeAsync(
        OrderId id, UserId buyer, OrderRequest request, bool isPreview, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var offer = await grains.GetGrain<IOfferGrain>(request.Offer.Value).GetAsync();
        if (offer is null)
            return (null, new("not-found", $"Offer '{request.Offer}' does not exist; list them with GET /v1/offers."));
        if (!offer.Active || offer.PriceAt(now) is not { } price)
            return (null, new("not-for-sale", $"Offer '{offer.Id}' is not for sale; list those with GET /v1/offers."));
        if (price.MinorUnits > Money.MinorUnitsMax / request.Quantity)
            return (null, new("invalid-request", $"quantity: {request.Quantity}, too much money for one order."));

        var shape = new OrderShape(id, buyer, request, offer, now)
        {
            Currency = price.Currency, IsPreview = isPreview,
        };
        shape.Lines.Add(LineOf(
            offer, await communities.OfAsync(offer.Seller, offer.Grants, cancellationToken), price.MinorUnits,
            request.Quantity));
        shape.Referral = request.Referral == buyer ? null : request.Referral;
        foreach (var each in _terms)
            if (await each.ApplyAsync(shape, cancellationToken) is { } refusal)
                return (null, refusal);
        // Passes are not added up, and a gift has one code: the second one would be paid for nothing.
        if (request.Quantity > 1 && shape.Lines.Exists(line => line.Grants.Length > 0))
            return (null, new(
                "invalid-request",
                $"quantity: {request.Quantity}, but what offer '{offer.Id}' opens is opened once; order 1. To give it "
                + "to several people, order a gift for each."));

        var changed = CommerceRefusal.IfPriceChanged(
            request.Pay.Expected, shape.Due, $"Offer '{offer.Id}'", shape.CouponRefusal?.Detail);
        var refused = changed ?? shape.CouponRefusal ?? await seats.RefusalAsync(shape, cancellationToken);
        return refused is null ? (shape, null) : (null, refused);
    }

    /// <summary>An offer at its price, before anything else has a say.</summary>
    private static ShapedLine LineOf(Offer offer, CommunityId[] communities, long price, int quantity) => new()
    {
        Title = offer.Title,
        Offer = offer.Id,
        Seller = offer.Seller,
        Communities = communities,
        Terms = offer.Shares ?? ShareTerms.Usual,
        Quantity = quantity,
        Price = price * quantity,
        Amount = price * quantity,
        Grants = offer.Grants,
    };

    private CommerceRefusal? Payable(OrderShape shape, PayRequest pay)
    {
        var rest = shape.Due.MinorUnits;
        return pay switch
        {
            { Method: PaymentMethod.Free } when rest > 0 => new(
                "invalid-request", $"pay.method: 'free', but {rest} minor units of {shape.Currency} are to be paid; "
                + "expected 'wallet' or 'card'."),
            { Method: PaymentMethod.Card, Token: null } when rest > 0 => new(
                "invalid-request", "pay.token: a card needs one; get it from the provider, see GET /v1/payments."),
            { Method: PaymentMethod.Card } when rest > 0 && options.Value.Card.Url.Length == 0 => new(
                "invalid-request", "pay.method: this platform takes no cards; expected 'wallet'."),
            _ => null,
        };
    }
}
