using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Orleans.Concurrency;

namespace Engage.Grains.Catalogue;

[StatelessWorker, Reentrant]
internal sealed class CatalogueGrain(ICatalogueStore store) : Grain, ICatalogueGrain
{
    public Task<CataloguePage<Community>> ListCommunitiesAsync(
        CataloguePageRequest request, CancellationToken cancellationToken) =>
        ListAsync<Community>(CatalogueKind.Community, request, cancellationToken);

    public Task<CataloguePage<Creator>> ListCreatorsAsync(
        CataloguePageRequest request, CancellationToken cancellationToken) =>
        ListAsync<Creator>(CatalogueKind.Creator, request, cancellationToken);

    public Task<CataloguePage<Content>> ListContentsAsync(
        CataloguePageRequest request, CancellationToken cancellationToken) =>
        ListAsync<Content>(CatalogueKind.Content, request, cancellationToken);

    public Task<CataloguePage<Room>> ListRoomsAsync(
        CataloguePageRequest request, CancellationToken cancellationToken) =>
        ListAsync<Room>(CatalogueKind.Room, request, cancellationToken);

    private async Task<CataloguePage<T>> ListAsync<T>(
        CatalogueKind kind, CataloguePageRequest request, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether there is a next page.
        var entries = await store.ListAsync(
            new(kind, request.Cursor, request.Limit + 1, request.Creator?.Value, request.Community?.Value),
            cancellationToken);
        var items = entries.Take(request.Limit).Select(CatalogueJson.Read<T>).ToArray();
        return new(items, entries.Count > request.Limit ? entries[request.Limit - 1].Revision : null);
    }
}
