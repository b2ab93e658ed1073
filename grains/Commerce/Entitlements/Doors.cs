using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Grains.Catalogue;
using Orleans.Concurrency;

namespace Engage.Grains.Commerce.Entitlements;

/// <summary>What can be entered or opened: which entitlements do, and what makes it need one.</summary>
/// <param name="Scopes">Any of them opens it, the narrowest first.</param>
/// <param name="Named">It is locked when an offer on sale opens one of these by name.</param>
/// <param name="Priced">The content whose price locks it; null: none has one.</param>
internal sealed record Door(
    string[] Scopes, string[] Named, ContentId? Priced, CreatorId? Creator, CommunityId? Community);

/// <summary>Finds doors, and whether they are locked.</summary>
internal sealed class Doors(CatalogueView catalogue, IGrainFactory grains, TimeProvider time)
{
    /// <returns>Null if there is no such thing: whoever serves it says so.</returns>
    public async ValueTask<Door?> FindAsync(string resource)
    {
        if (Find(resource) is { } known) return known;
        await catalogue.RefreshAsync(CancellationToken.None);
        return Find(resource);
    }

    public async ValueTask<bool> IsLockedAsync(Door door) =>
        door.Priced is not null || (await Shop.OpenedByAsync(door.Named)).Length > 0;

    /// <summary>What would open it: its own price first, then what is cheapest.</summary>
    public async ValueTask<OfferId[]> OffersAsync(Door door)
    {
        var offers = await Shop.OpenedByAsync(door.Scopes);
        return door.Priced is { } content ? [OfferId.Of(content), .. offers] : offers;
    }

    /// <summary>Whether somebody is at home there and needs no entitlement.</summary>
    public async ValueTask<bool> IsAtHomeAsync(Door door, UserId user)
    {
        if (door.Creator is { } creator
            && await grains.GetGrain<ICreatorAccessGrain>(creator.Value).IsOwnerAsync(user)) return true;
        if (door.Community is not { } community) return false;
        var standings = await grains.GetGrain<ICommunityMembersGrain>(community.Value).GetStandingsAsync([user]);
        return standings[0].ModeratesAt(time.GetUtcNow());
    }

    private IShopGrain Shop => grains.GetGrain<IShopGrain>(IShopGrain.Key);

    private Door? Find(string resource) => Scopes.Parse(resource) switch
    {
        ("content", var id) => catalogue.Find(new ContentId(id)) is { } content ? Of(content) : null,
        ("room", var id) => catalogue.Find(new RoomId(id)) is { } room ? Of(room) : null,
        ("creator", var id) => new([resource], [resource], null, new(id), null),
        ("community", var id) => new([resource], [resource], null, null, new(id)),
        ("tier", _) => new([resource], [resource], null, null, null),
        _ => null,
    };

    private static Door Of(Content content)
    {
        var own = Scopes.Of(content.Id);
        return new(
            [own, Scopes.Of(content.Creator), Scopes.Of(content.Community)], [own],
            content.Price is { MinorUnits: > 0 } ? content.Id : null, content.Creator, content.Community);
    }

    private Door Of(Room room)
    {
        var own = Scopes.Of(room.Id);
        var content = room.Content is { } id ? catalogue.Find(id) : null;
        string[] narrow = content is null ? [own] : [own, Scopes.Of(content.Id)];
        return new(
            [.. narrow, Scopes.Of(room.Creator), Scopes.Of(room.Community)], narrow,
            content is { Price: { MinorUnits: > 0 } } ? content.Id : null, room.Creator, room.Community);
    }
}

[StatelessWorker, Reentrant]
internal sealed class DoorGrain(Doors doors) : Grain, IDoorGrain
{
    public async Task<bool> IsLockedAsync(string resource) =>
        await doors.FindAsync(resource) is { } door && await doors.IsLockedAsync(door);
}
