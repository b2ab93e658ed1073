using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Orders;

namespace Engage.Grains.Commerce.Plans;

/// <summary>An order's coupon.</summary>
internal sealed class CouponTerms(IGrainFactory grains) : IOrderTerms
{
    public int Rank => 210;

    public async ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Request.Coupon is not { } asked) return null;
        if (CouponRules.Fold(asked) is not { } code)
            return new("invalid-request", "coupon: not a code; leave it out, or ask GET /v1/coupons/{code}.");
        if (shape.Total == 0)
            return new("invalid-request", $"coupon: '{code}' has nothing to take off; keep it for a later order.");

        var answer = await grains.GetGrain<ICouponGrain>(code).TryAsync(
            new(shape.Buyer, shape.Offer.Id, shape.Offer.Seller, new(shape.Total, shape.Currency)));
        if (answer.Refusal is { } refusal)
        {
            shape.CouponRefusal = new(
                "coupon-refused",
                $"Coupon '{code}' takes nothing off offer '{shape.Offer.Id}': {refusal}; order without it.");
            return null;
        }

        shape.Discount = new(code, answer.Discount);
        shape.TakeOff(answer.Discount);
        shape.Extras.AddRange(answer.Use);
        return null;
    }
}
