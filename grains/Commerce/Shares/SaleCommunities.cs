using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Catalogue;

namespace Engage.Grains.Commerce.Shares;

/// <summary>
/// In which communities a sale happens: a fact of the catalogue. A seller who could say so herself would leave out
/// whoever has a part in it, or name a community of her own.
/// </summary>
internal sealed class SaleCommunities(CatalogueView catalogue)
{
    /// <param name="seller">Where it is a community that sells by itself, all but the platform's part is its own.
    /// </param>
    /// <param name="grants">What is sold opens. Contents and rooms are where they are; what opens all of a creator's,
    /// or nothing by name, is wherever she has works.</param>
    /// <param name="cancellationToken">Ends the look at the catalogue.</param>
    /// <returns>In order, each once. The one that the seller names only where the catalogue knows none.</returns>
    public async ValueTask<CommunityId[]> OfAsync(
        Seller seller, Grant[] grants, CancellationToken cancellationToken)
    {
        // What is sold exists; where it is not here yet, it was written elsewhere a moment ago.
        if (seller.Creator is null || grants.All(grant => IsKnown(grant.Scope))) return Of(seller, grants);

        await catalogue.RefreshAsync(cancellationToken);
        return Of(seller, grants);
    }

    /// <summary>The same, of what this silo knows now.</summary>
    public CommunityId[] Of(Seller seller, Grant[] grants)
    {
        if (seller.Creator is not { } creator) return [];

        var scopes = grants.Length == 0 ? [Scopes.Of(creator)] : grants.Select(grant => grant.Scope);
        CommunityId[] found =
        [
            .. scopes.SelectMany(scope => Of(scope, creator)).Distinct()
                .OrderBy(community => community.Value, StringComparer.Ordinal),
        ];
        return found.Length == 0 && seller.Community is { } named ? [named] : found;
    }

    private IEnumerable<CommunityId> Of(string scope, CreatorId creator) => Scopes.Parse(scope) switch
    {
        ("content", var id) => catalogue.Find(new ContentId(id)) is { } content ? [content.Community] : [],
        ("room", var id) => catalogue.Find(new RoomId(id)) is { } room ? [room.Community] : [],
        _ => catalogue.CommunitiesOf(creator),
    };

    private bool IsKnown(string scope) => Scopes.Parse(scope) switch
    {
        ("content", var id) => catalogue.Find(new ContentId(id)) is not null,
        ("room", var id) => catalogue.Find(new RoomId(id)) is not null,
        _ => true,
    };
}
