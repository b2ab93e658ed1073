using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Economy;
using Engage.Grains.Commerce.Orders;
using Engage.Grains.Economy;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Points as part of a payment: what they are worth and how much of an order they may pay is the platform's setting.
/// More than can be used is not taken.
/// </summary>
internal sealed class PointsTerms(IGrainFactory grains, IOptions<EconomyOptions> options) : IOrderTerms
{
    public int Rank => 400;

    public async ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        var asked = shape.Request.Pay.Points;
        if (asked == 0 || shape.Total == 0) return null;
        if (asked < 0) return new("invalid-request", $"pay.points: {asked}, expected 0 or more.");
        if (shape.Currency != options.Value.RedeemCurrency)
            return new(
                "invalid-request",
                $"pay.points: points pay in {options.Value.RedeemCurrency}, this order is in {shape.Currency}; "
                + "order without them.");

        foreach (var seller in shape.Lines.Select(line => line.Seller).Distinct())
            if (await OwnDealings.IsOwnAsync(grains, shape.Buyer, seller))
                return new("invalid-request", "pay.points: what is one's own is not paid with points; leave them out.");

        // Also books what was earned until now.
        var standing = await grains.GetGrain<IPointsGrain>(shape.Buyer.Value).GetAsync();
        if (standing.Points < asked)
            return new("insufficient-points", $"pay.points: {asked}, but there are {standing.Points}; use fewer.");

        shape.Points = RedeemSums.Use(shape.Total, asked, options.Value);
        return null;
    }
}

/// <summary>How many points pay how much. Pure.</summary>
internal static class RedeemSums
{
    /// <returns>Points, and what they pay in minor units: at most the part of the total that they may pay.</returns>
    public static (long Points, long Amount) Use(long total, long points, EconomyOptions options)
    {
        var most = (long)((Int128)total * options.RedeemShareMax / OfferRules.BasisPoints);
        var worth = options.MinorUnitsPerPoint;
        var used = Math.Min(points, most / worth);
        return (used, used * worth);
    }
}
