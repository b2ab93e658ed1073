using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Offers;

/// <summary>Whether what an offer names exists, and is its seller's to sell.</summary>
internal static class OfferReferences
{
    /// <returns>Null if all is well.</returns>
    public static (CreateOutcome Outcome, string Detail)? Check(
        Offer offer, CatalogueView catalogue, SaleCommunities communities)
    {
        if (offer.Seller.Creator is { } creator && catalogue.Find(creator) is null)
            return Missing("seller.creator", creator.Value, "creators");
        if (offer.Seller.Community is { } community && catalogue.Find(community) is null)
            return Missing("seller.community", community.Value, "communities");
        foreach (var grant in offer.Grants)
            if (Check(grant.Scope, offer.Seller, catalogue) is { } wrong)
                return wrong;

        // Where it is sold follows from what it opens; who says it all the same has to say it right.
        var known = communities.Of(offer.Seller, offer.Grants);
        return offer.Seller is { Creator: not null, Community: { } named } && !known.Contains(named)
            ? (CreateOutcome.Mismatch,
                $"seller.community: '{named}', but what the offer opens is in {string.Join(", ", known)}; leave it out")
            : null;
    }

    /// <summary>
    /// Whether a bundle may hold what another offer sells, at a price of its own: that offer has to be the same
    /// creator's, or of the community that sells the bundle by itself.
    /// </summary>
    public static bool MayHold(Seller bundle, Seller item) => bundle.Creator is { } hers
        ? item.Creator == hers
        : bundle.Community is not null && item.Community == bundle.Community;

    private static (CreateOutcome, string)? Check(string scope, Seller seller, CatalogueView catalogue)
    {
        var (kind, id) = Scopes.Parse(scope)!.Value;
        switch (kind)
        {
            case "content":
                return catalogue.Find(new ContentId(id)) is not { } content
                    ? Missing("grants", scope, "contents")
                    : Owned(scope, seller, content.Creator, content.Community);
            case "room":
                return catalogue.Find(new RoomId(id)) is not { } room
                    ? Missing("grants", scope, "rooms")
                    : Owned(scope, seller, room.Creator, room.Community);
            case "creator":
                return seller.Creator?.Value == id ? null : NotHers(scope);
            case "community":
                // All that is in it, of whomever: only the community itself sells that.
                return seller.Creator is null && seller.Community?.Value == id ? null : NotHers(scope);
            default:
                return null;
        }
    }

    private static (CreateOutcome, string)? Owned(
        string scope, Seller seller, CreatorId creator, CommunityId community) =>
        (seller.Creator is { } hers ? hers == creator : seller.Community == community) ? null : NotHers(scope);

    private static (CreateOutcome, string) Missing(string field, string id, string path) => (
        CreateOutcome.MissingReference, $"{field}: '{id}' is not in the catalogue; create it with POST /v1/{path}");

    private static (CreateOutcome, string) NotHers(string scope) => (
        CreateOutcome.Mismatch,
        $"grants: '{scope}' is not the seller's; expected what belongs to 'seller.creator', or to 'seller.community' "
        + "where it sells by itself");
}
