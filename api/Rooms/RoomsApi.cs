using System.Security.Claims;
using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Commerce;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>Rooms over HTTP; docs/protocol.md, "Rooms".</summary>
internal static class RoomsApi
{
    private const string ListGrain = "local";

    public static void MapRooms(this WebApplication app)
    {
        var group = app.MapGroup("/v1/rooms").WithTags("Rooms");
        group.MapPost("", CreateAsync).Produces<Room>(StatusCodes.Status201Created).SurvivesSilos();
        group.MapGet("", ListAsync).Produces<CataloguePage<RoomViewAnswer>>().SurvivesSilos();
        group.MapGet("/{id}", GetAsync).Produces<RoomViewAnswer>().SurvivesSilos();
        group.MapPost("/{id}/actions", ActAsync).Produces<ActAnswer>();
        group.MapGet("/{id}/entries", ReadAsync).SurvivesSilos();
        group.MapGet("/{id}/audit", AuditAsync).SurvivesSilos();
    }

    private static async Task<IResult> CreateAsync(
        Room definition, ClaimsPrincipal caller, IGrainFactory grains, RoomReading reading,
        CancellationToken cancellationToken)
    {
        if (RoomDefinitions.Check(definition) is { Count: > 0 } wrong)
            return Problem.InvalidRequest(string.Join("; ", wrong)).ToResult();
        if (caller.UserId() is { } user && await WhatForbidsAsync(definition, user, grains, reading) is { } forbidden)
            return Problem.Forbidden(forbidden).ToResult();

        var id = definition.Id.Value;
        var reply = await grains.GetGrain<IRoomGrain>(id).CreateAsync(definition, cancellationToken);
        return reply.Outcome switch
        {
            CreateOutcome.Created => TypedResults.Created($"/v1/rooms/{id}", reply.Definition),
            CreateOutcome.Unchanged => TypedResults.Ok(reply.Definition),
            CreateOutcome.Mismatch => Problem.Named(
                "mismatch", "The references do not belong together", StatusCodes.Status422UnprocessableEntity,
                reply.Detail!).ToResult(),
            CreateOutcome.MissingReference => Problem.InvalidRequest(reply.Detail!).ToResult(),
            _ => Problem.Conflict("Room", id, "exists with another definition; choose another id").ToResult(),
        };
    }

    /// <summary>Users make rooms in their own community, and for those who publish there.</summary>
    private static async Task<string?> WhatForbidsAsync(
        Room definition, UserId user, IGrainFactory grains, RoomReading reading)
    {
        var community = definition.Community;
        if (!await reading.ModeratesAsync(community, user))
            return $"Rooms of community '{community}' are made by its owner and moderators.";

        var creator = await grains.GetGrain<ICreatorGrain>(definition.Creator.Value).GetAsync();
        return creator is null || creator.Definition.Communities.Contains(community)
            ? null
            : $"Creator '{definition.Creator}' does not publish in community '{community}'; expected one whose "
                + "'communities' name it. A service may make the room.";
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, IGrainFactory grains, RoomViews views, Admission admission,
        CancellationToken cancellationToken, int? limit = null, long? cursor = null, string? community = null,
        string? creator = null)
    {
        if (limit is < 1 or > CataloguePageRequest.LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {CataloguePageRequest.LimitMax}.").ToResult();
        if (cursor is < 0)
            return Problem.InvalidRequest($"cursor: {cursor}, expected what the page before answered.").ToResult();

        var page = await grains.GetGrain<ICatalogueGrain>(ListGrain).ListRoomsAsync(
            new(
                cursor ?? 0,
                limit ?? CataloguePageRequest.LimitDefault,
                community is null ? null : new CommunityId(community),
                creator is null ? null : new CreatorId(creator)),
            cancellationToken);
        var standing = await views.FindAsync(page.Items.Select(room => room.Id));
        var items = await Task.WhenAll(page.Items.Select(async (room, index) => RoomViewAnswer.From(
            room, standing[index], await admission.AccessAsync(Scopes.Of(room.Id), caller))));
        return TypedResults.Ok(new CataloguePage<RoomViewAnswer>(items, page.Cursor));
    }

    private static async Task<IResult> GetAsync(
        string id, ClaimsPrincipal caller, IGrainFactory grains, Admission admission)
    {
        var view = IdText.IsValid(id) ? await grains.GetGrain<IRoomGrain>(id).GetAsync() : null;
        return view is null
            ? RoomProblems.Missing(new(id)).ToResult()
            : TypedResults.Ok(RoomViewAnswer.From(
                view.Definition, view, await admission.AccessAsync(Scopes.Of(new RoomId(id)), caller)));
    }

    private static async Task<IResult> ActAsync(
        string id, HttpRequest request, ClaimsPrincipal caller, RoomDoor door, Admission admission,
        CancellationToken cancellationToken)
    {
        if (!IdText.IsValid(id)) return RoomProblems.Missing(new(id)).ToResult();
        if (!request.HasJsonContentType())
            return Problem.UnsupportedMediaType(request.ContentType, "application/json").ToResult();

        var (action, error) = await ReadActionAsync(request.Body, cancellationToken);
        if (action is null) return Problem.InvalidRequest(error!).ToResult();
        if (await admission.RefusalAsync(Scopes.Of(new RoomId(id)), caller.UserId()!.Value) is { } refusal)
            return refusal.ToResult();

        var outcome = await door.ActAsync(new(id), new(caller.UserId()!.Value, caller.DisplayName()), action);
        if (outcome.Refusal is null) return TypedResults.Ok(ActAnswer.From(outcome));
        if (outcome.Refusal.RetryAfter is { } wait)
            request.HttpContext.Response.Headers.RetryAfter =
                Problem.RetryAfterSeconds(wait).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return RoomProblems.Of(outcome.Refusal).ToResult();
    }

    private static async Task<(RoomAction? Action, string? Error)> ReadActionAsync(
        Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return ClientActions.Of(await JsonSerializer.DeserializeAsync<Argument<RoomAction>>(
                body, RoomJson.Options, cancellationToken));
        }
        catch (JsonException exception)
        {
            return (null, BadRequests.Describe(exception));
        }
    }

    private static async Task<IResult> ReadAsync(
        string id, ClaimsPrincipal caller, RoomReading reading, Admission admission, long? after = null,
        long? before = null, int? limit = null)
    {
        if (!IdText.IsValid(id)) return RoomProblems.Missing(new(id)).ToResult();
        if (await admission.RefusalAsync(Scopes.Of(new RoomId(id)), caller.UserId()!.Value) is { } refusal)
            return refusal.ToResult();

        var (answer, wrong) = await reading.ReadAsync(
            new(id), caller.UserId()!.Value, null, new(after, before, limit));
        return wrong?.ToResult() ?? TypedResults.Ok(answer);
    }

    private static async Task<IResult> AuditAsync(
        string id, RoomReading reading, long? after = null, long? before = null, int? limit = null)
    {
        var (answer, wrong) = await reading.AuditAsync(new(id), new(after, before, limit));
        return wrong?.ToResult() ?? TypedResults.Ok(answer);
    }
}

/// <summary>A room's definition and how it stands, as one flat object.</summary>
internal sealed record RoomViewAnswer(
    RoomId Id, CommunityId Community, CreatorId Creator, LocalizedText Title, LocalizedText? Description,
    ContentId? Content, DateTimeOffset? ScheduledAt, string? Phase, long? Seq, int? Present, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, string Access)
{
    /// <param name="room">As it was made.</param>
    /// <param name="view">Null: it did not say how it stands.</param>
    /// <param name="access">Of the caller.</param>
    public static RoomViewAnswer From(Room room, RoomView? view, string access) => new(
        room.Id, room.Community, room.Creator, room.Title, room.Description, room.Content, room.ScheduledAt,
        view is null ? null : JsonNamingPolicy.CamelCase.ConvertName(view.Phase.ToString()), view?.Seq, view?.Present,
        view?.StartedAt, view?.EndedAt, access);
}
