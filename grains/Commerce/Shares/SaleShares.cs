using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Shares;

/// <summary>Whose income a sale is.</summary>
public static class SaleShares
{
    /// <param name="amount">What is paid, in minor units.</param>
    /// <param name="seller">A creator, in whose community it happens or in none, or a community alone.</param>
    /// <param name="terms">The others' parts; the rest is the seller's.</param>
    /// <param name="affiliate">Who referred the buyer; null: nobody, and the seller keeps that part.</param>
    /// <returns>One share per account that gets something; together the amount.</returns>
    public static OrderShare[] Of(long amount, Seller seller, ShareTerms terms, UserId? affiliate)
    {
        ArgumentNullException.ThrowIfNull(seller);
        ArgumentNullException.ThrowIfNull(terms);
        var sellers = seller.Creator is { } creator
            ? LedgerAccounts.Of(creator)
            : LedgerAccounts.Of(seller.Community!.Value);
        var communityPart = seller.Community is null ? 0 : terms.Community;
        var affiliatePart = affiliate is null ? 0 : terms.Affiliate;
        // The seller first: a unit that nobody has a better claim to is hers.
        string[] accounts =
        [
            sellers,
            LedgerAccounts.PlatformIncome,
            seller.Community is { } community ? LedgerAccounts.Of(community) : sellers,
            affiliate is { } referrer ? LedgerAccounts.Affiliate(referrer) : sellers,
        ];
        var parts = Parts.Split(
            amount,
            [
                OfferRules.BasisPoints - terms.Platform - communityPart - affiliatePart,
                terms.Platform, communityPart, affiliatePart,
            ]);
        return
        [
            .. accounts.Zip(parts).GroupBy(share => share.First, share => share.Second, StringComparer.Ordinal)
                .Select(share => new OrderShare(share.Key, share.Sum()))
                .Where(share => share.Amount > 0),
        ];
    }
}
