using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Grains.Commerce.Plans;

/// <summary>What a coupon takes off, and when it does not. Pure.</summary>
internal static class CouponSums
{
    public static string? Refusal(Coupon coupon, CouponAsk ask, DateTimeOffset now) => coupon switch
    {
        { Withdrawn: true } => "withdrawn",
        { From: { } from } when now < from => "notYet",
        { Until: { } until } when now >= until => "over",
        _ when SellerKeys.AccountOf(coupon.Seller) != SellerKeys.AccountOf(ask.Seller) => "otherOffer",
        { Offers.Length: > 0 } when !coupon.Offers.Contains(ask.Offer) => "otherOffer",
        { Amount: { } amount } when amount.Currency != ask.Price.Currency => "otherCurrency",
        _ => null,
    };

    /// <summary>A share is rounded up, in the buyer's favour; an amount takes off at most the price.</summary>
    public static long Discount(Coupon coupon, long price) => coupon.Percent is { } percent
        ? (long)(((Int128)price * percent + 99) / 100)
        : Math.Min(price, coupon.Amount!.Value.MinorUnits);

    /// <summary>
    /// One use of the stock, if it is limited, and one of the buyer's own. Floors refuse what would be one too many.
    /// </summary>
    public static LedgerLine[] Use(Coupon coupon, UserId buyer)
    {
        LedgerLine[] own =
        [
            new(UserAccount(coupon.Code, buyer), SubscriptionTerms.UseUnit, -1, -coupon.PerUser),
            new(Users(coupon.Code), SubscriptionTerms.UseUnit, 1),
        ];
        return coupon.Uses is null
            ? own
            :
            [
                .. own,
                new(LedgerAccounts.Coupon(coupon.Code), SubscriptionTerms.UseUnit, -1, 0),
                new(Issued(coupon.Code), SubscriptionTerms.UseUnit, 1),
            ];
    }

    /// <summary>Below 0 by how often this buyer used it.</summary>
    public static string UserAccount(string code, UserId buyer) => $"coupon:{code}:by:{buyer.Value}";

    public static string Issued(string code) => $"coupon:{code}:issued";

    private static string Users(string code) => $"coupon:{code}:users";
}
