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
    private const int TimeZoneLengthMax = 64;

    public static void MapCommunityPoints(this WebApplication app)
    {
        var group = app.MapGroup("/v1/communities/{id}/points").WithTags("Points").SurvivesSilos();
        group.MapGet("", GetAsync).Produces<CommunityZone>();
        group.MapPut("", SetAsync).Produces<CommunityZone>();
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ICommunityGrain>(id).GetAsync() is not null
            ? TypedResults.Ok(await grains.GetGrain<ILeaderBoardGrain>(id).GetZoneAsync())
            : Problem.NotFound("Community", id, "list them with GET /v1/communities").ToResult();

    private static async Task<IResult> SetAsync(string id, CommunityZoneRequest request, IGrainFactory grains)
    {
        if (request.TimeZone is not { Length: > 0 and <= TimeZoneLengthMax } zone
            || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return Problem.InvalidRequest(
                "timeZone: not known; expected an id of the IANA data base such as Europe/Berlin.").ToResult();

        var board = grains.GetGrain<ILeaderBoardGrain>(id);
        return await board.SetZoneAsync(zone) is { } refusal
            ? Problem.Conflict("Points of community", id, refusal).ToResult()
            : TypedResults.Ok(await board.GetZoneAsync());
    }
}
