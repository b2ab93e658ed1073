using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Economy;

namespace Engage.Api.Economy;

internal sealed record CommunityZoneRequest(string? TimeZone);

/// <summary>Whose days and weeks count in a community; docs/protocol.md, "Points".</summary>
internal static class CommunityPointsApi
{
    public static void MapCommunityPoints(this WebApplication app)
    {
        var group = app.MapGroup("/v1/communities/{id}/points").WithTags("Points").SurvivesSilos();
        group.MapGet("", GetAsync).Produces<CommunityZone>();
        group.MapPut("", SetAsync).Produces<CommunityZone>();
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) =>
        await ExistsAsync(id, grains)
            ? TypedResults.Ok(await grains.GetGrain<ILeaderBoardGrain>(id).GetZoneAsync())
            : Missing(id);

    private static async Task<IResult> SetAsync(string id, CommunityZoneRequest request, IGrainFactory grains)
    {
        if (request.TimeZone is not { } zone || ZoneIds.Find(zone) is null)
            return Problem.InvalidRequest(
                "timeZone: not known; expected an id of the IANA data base such as Europe/Berlin.").ToResult();
        if (!await ExistsAsync(id, grains)) return Missing(id);

        var board = grains.GetGrain<ILeaderBoardGrain>(id);
        return await board.SetZoneAsync(zone) is { } refusal
            ? Problem.Conflict("Points of community", id, refusal).ToResult()
            : TypedResults.Ok(await board.GetZoneAsync());
    }

    private static async Task<bool> ExistsAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ICommunityGrain>(id).GetAsync() is not null;

    private static IResult Missing(string id) =>
        Problem.NotFound("Community", id, "list them with GET /v1/communities").ToResult();
}
