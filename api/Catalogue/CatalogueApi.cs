using System.Text.Json.Serialization;
using Engage.Api.Actors;
using Engage.Api.Commerce;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Catalogue;

internal static class CatalogueApi
{
    private const string ListGrain = "local";

    public static void MapCatalogue(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Catalogue").SurvivesSilos();
        group.MapDefinitions("communities", (Community community) => community.Id.Value,
            CatalogueRules.Check, (grains, id) => grains.GetGrain<ICommunityGrain>(id),
            (counted, _) => ValueTask.FromResult(CountedCommunity.From(counted)));
        group.MapDefinitions("creators", (Creator creator) => creator.Id.Value,
            CatalogueRules.Check, (grains, id) => grains.GetGrain<ICreatorGrain>(id),
            (counted, _) => ValueTask.FromResult(CountedCreator.From(counted)));
        group.MapDefinitions("contents", (Content content) => content.Id.Value,
            CatalogueRules.Check, (grains, id) => grains.GetGrain<IContentGrain>(id), ViewAsync);

        group.MapGet("/communities", (IGrainFactory grains, CancellationToken cancellationToken,
                int? limit = null, long? cursor = null) =>
            PageAsync(limit, cursor, null, null, request =>
                grains.GetGrain<ICatalogueGrain>(ListGrain).ListCommunitiesAsync(request, cancellationToken)));
        group.MapGet("/creators", (IGrainFactory grains, CancellationToken cancellationToken,
                int? limit = null, long? cursor = null) =>
            PageAsync(limit, cursor, null, null, request =>
                grains.GetGrain<ICatalogueGrain>(ListGrain).ListCreatorsAsync(request, cancellationToken)));
        group.MapGet("/contents", (IGrainFactory grains, CancellationToken cancellationToken,
                int? limit = null, long? cursor = null, string? community = null, string? creator = null) =>
            PageAsync(limit, cursor, community, creator, request =>
                grains.GetGrain<ICatalogueGrain>(ListGrain).ListContentsAsync(request, cancellationToken)));
    }

    private static void MapDefinitions<T, TView>(
        this RouteGroupBuilder group,
        string path,
        Func<T, string> idOf,
        Func<T, IReadOnlyList<string>> check,
        Func<IGrainFactory, string, ICataloguedGrain<T>> grainOf,
        Func<Counted<T>, HttpContext, ValueTask<TView>> view) where T : class
    {
        group.MapPost($"/{path}", async (T definition, IGrainFactory grains, CancellationToken cancellationToken) =>
        {
            if (check(definition) is { Count: > 0 } wrong)
                return Problem.InvalidRequest(string.Join("; ", wrong)).ToResult();

            var id = idOf(definition);
            var reply = await grainOf(grains, id).CreateAsync(definition, cancellationToken);
            return reply.Outcome switch
            {
                CreateOutcome.Created => TypedResults.Created($"/v1/{path}/{id}", reply.Definition),
                CreateOutcome.Unchanged => TypedResults.Ok(reply.Definition),
                CreateOutcome.MissingReference => Problem.InvalidRequest(reply.Detail!).ToResult(),
                _ => Problem.Conflict(typeof(T).Name, id, "exists with another definition; choose another id")
                    .ToResult(),
            };
        }).Produces<T>(StatusCodes.Status201Created);

        group.MapGet($"/{path}/{{id}}", async (string id, HttpContext context, IGrainFactory grains) =>
        {
            var counted = IdText.IsValid(id) ? await grainOf(grains, id).GetAsync() : null;
            return counted is null
                ? Problem.NotFound(typeof(T).Name, id, $"list them with GET /v1/{path}").ToResult()
                : TypedResults.Ok(await view(counted, context));
        }).Produces<TView>();
    }

    private static async ValueTask<CountedContent> ViewAsync(Counted<Content> counted, HttpContext context)
    {
        var admission = context.RequestServices.GetRequiredService<Admission>();
        return CountedContent.From(
            counted, await admission.AccessAsync(Scopes.Of(counted.Definition.Id), context.User));
    }

    private static async Task<IResult> PageAsync<T>(
        int? limit, long? cursor, string? community, string? creator,
        Func<CataloguePageRequest, Task<CataloguePage<T>>> list)
    {
        if (limit is < 1 or > CataloguePageRequest.LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {CataloguePageRequest.LimitMax}.").ToResult();
        if (cursor is < 0)
            return Problem.InvalidRequest($"cursor: {cursor}, expected what the page before answered.").ToResult();

        return TypedResults.Ok(await list(new(
            cursor ?? 0,
            limit ?? CataloguePageRequest.LimitDefault,
            community is null ? null : new CommunityId(community),
            creator is null ? null : new CreatorId(creator))));
    }
}

// A definition and its counters as one flat object: records cannot be flattened by the serializer,
// so each says its fields.

internal sealed record CountedCommunity(
    CommunityId Id, LocalizedText Name, LocalizedText? Description,
    [property: JsonPropertyOrder(1)] IReadOnlyDictionary<ActivityKind, long> Counters)
{
    public static CountedCommunity From(Counted<Community> counted) =>
        new(counted.Definition.Id, counted.Definition.Name, counted.Definition.Description, counted.Counters);
}

internal sealed record CountedCreator(
    CreatorId Id, LocalizedText Name, LocalizedText? Description, CommunityId[] Communities,
    [property: JsonPropertyOrder(1)] IReadOnlyDictionary<ActivityKind, long> Counters)
{
    public static CountedCreator From(Counted<Creator> counted) => new(
        counted.Definition.Id, counted.Definition.Name, counted.Definition.Description,
        counted.Definition.Communities, counted.Counters);
}

internal sealed record CountedContent(
    ContentId Id, ContentKind ContentKind, CreatorId Creator, CommunityId Community,
    LocalizedText Title, LocalizedText? Description, string[] Tags, DateTimeOffset? PublishedAt,
    string[] Regions, Money? Price, string Access,
    [property: JsonPropertyOrder(1)] IReadOnlyDictionary<ActivityKind, long> Counters)
{
    public static CountedContent From(Counted<Content> counted, string access) => new(
        counted.Definition.Id, counted.Definition.ContentKind, counted.Definition.Creator, counted.Definition.Community,
        counted.Definition.Title, counted.Definition.Description, counted.Definition.Tags,
        counted.Definition.PublishedAt, counted.Definition.Regions, counted.Definition.Price, access, counted.Counters);
}
