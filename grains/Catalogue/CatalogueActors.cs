using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Grains.Recommending;
using Engage.Storage;

namespace Engage.Grains.Catalogue;

internal sealed class CommunityGrain(
    [PersistentState("community")] IPersistentState<ProjectionState> state, ICatalogueStore store, CatalogueView view)
    : CataloguedGrain<Community, ProjectionState>(state, store, view), ICommunityGrain
{
    protected override Community? Find(string id) => View.Find(new Contracts.CommunityId(id));

    protected override string? MissingReference(Community definition) => null;

    protected override CatalogueEntry ToEntry(Community definition) =>
        new(CatalogueKind.Community, definition.Id.Value, 0, null, null, CatalogueJson.Write(definition));
}

internal sealed class ContentGrain(
    [PersistentState("content")] IPersistentState<ProjectionState> state,
    ICatalogueStore store,
    CatalogueView view,
    FeedComposer composer,
    TimeProvider time)
    : CataloguedGrain<Content, ProjectionState>(state, store, view), IContentGrain
{
    protected override Content? Find(string id) => View.Find(new Contracts.ContentId(id));

    protected override string? MissingReference(Content definition)
    {
        if (View.Find(definition.Creator) is null)
            return $"creator: '{definition.Creator}' is not in the catalogue; create it with POST /v1/creators";
        if (View.Find(definition.Community) is null)
            return $"community: '{definition.Community}' is not in the catalogue; create it with POST /v1/communities";
        return null;
    }

    protected override Content Complete(Content requested, Content? stored) =>
        requested.PublishedAt is null
            ? requested with { PublishedAt = stored?.PublishedAt ?? Milliseconds(time.GetUtcNow()) }
            : requested;

    protected override CatalogueEntry ToEntry(Content definition) =>
        new(CatalogueKind.Content, definition.Id.Value, 0, definition.Creator.Value, definition.Community.Value,
            CatalogueJson.Write(definition));

    /// <summary>Once its creation is answered, a content can be recommended.</summary>
    protected override Task AnnounceAsync() =>
        GrainFactory.GetGrain<IModelGrain>(IModelGrain.Key).FollowCatalogueAsync();

    public async Task<SimilarContents?> GetSimilarAsync(int limit)
    {
        if (await FindAsync() is not { } content) return null;

        var ranking = await GrainFactory.GetGrain<IScoringGrain>("local").SimilarAsync(content.Id, limit);
        return new(content.Id, composer.Compose(ranking.Contents));
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
