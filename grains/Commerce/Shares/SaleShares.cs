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
        return Of(amount, seller, seller.Community is { } community ? [community] : [], terms, affiliate);
    }

    /// <inheritdoc cref="Of(long, Seller, ShareTerms, UserId?)"/>
    /// <param name="communities">Where it happens: the community's part is theirs, the same for each; with none it is
    /// the seller's.</param>
    public static OrderShare[] Of(
        long amount, Seller seller, IReadOnlyList<CommunityId> communities, ShareTerms terms, UserId? affiliate)
    {
        ArgumentNullException.ThrowIfNull(seller);
        ArgumentNullException.ThrowIfNull(communities);
        ArgumentNullException.ThrowIfNull(terms);
        var sellers = seller.Creator is { } creator
            ? LedgerAccounts.Of(creator)
            : LedgerAccounts.Of(seller.Community!.Value);
        // All parts in as many pieces as there are communities, so that each of these gets whole ones.
        var pieces = Math.Max(1, communities.Count);
        var communityPart = communities.Count == 0 ? 0 : terms.Community;
        var affiliatePart = affiliate is null ? 0 : terms.Affiliate;
        // The seller first: a unit that nobody has a better claim to is hers.
        string[] accounts =
        [
            sellers,
            LedgerAccounts.PlatformIncome,
            affiliate is { } referrer ? LedgerAccounts.Affiliate(referrer) : sellers,
            .. communities.Select(LedgerAccounts.Of),
        ];
        var parts = Parts.Split(
            amount,
            [
                pieces * (long)(OfferRules.BasisPoints - terms.Platform - communityPart - affiliatePart),
                pieces * (long)terms.Platform, pieces * (long)affiliatePart,
                .. communities.Select(_ => (long)communityPart),
            ]);
        return
        [
            .. accounts.Zip(parts).GroupBy(share => share.First, share => share.Second, StringComparer.Ordinal)
                .Select(share => new OrderShare(share.Key, share.Sum()))
                .Where(share => share.Amount > 0),
        ];
    }
}
