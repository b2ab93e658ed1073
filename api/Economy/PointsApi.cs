using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Economy;

namespace Engage.Api.Economy;

internal sealed record PointsSettingsRequest(string? TimeZone, bool? Listed);

internal sealed record LeaderAnswer(int Rank, UserId User, string? Name, long Points, int Level);

internal sealed record MyPlace(int? Rank, long Points);

internal sealed record LeadersAnswer(
    CommunityId Community, string Period, DateOnly? From, LeaderAnswer[] Items, MyPlace? Me);

/// <summary>What activity earned, and who earned most; docs/protocol.md, "Points".</summary>
internal static class PointsApi
{
    private const int LimitDefault = 20;

    public static void MapPoints(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Points").SurvivesSilos();
        group.MapGet("/points", GetAsync).Produces<PointsStanding>();
        group.MapPut("/points/settings", ChangeAsync).Produces<PointsStanding>();
        group.MapGet("/communities/{id}/leaders", LeadersAsync).Produces<LeadersAnswer>();
        app.MapCommunityPoints();
    }

    private static async Task<IResult> GetAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(await PointsOf(caller, grains).GetAsync());

    private static async Task<IResult> ChangeAsync(
        PointsSettingsRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (request.TimeZone is { } zone && ZoneIds.Find(zone) is null)
            return Problem.InvalidRequest(
                "timeZone: not known; expected an id of the IANA data base such as Europe/Berlin.").ToResult();

        var points = PointsOf(caller, grains);
        return await points.ChangeAsync(new(request.TimeZone, request.Listed)) is { } refusal
            ? Problem.Conflict("Settings of points", caller.UserId()!.Value.Value, refusal).ToResult()
            : TypedResults.Ok(await points.GetAsync());
    }

    private static async Task<IResult> LeadersAsync(
        string id, ClaimsPrincipal caller, IGrainFactory grains, string? period = null, int? limit = null)
    {
        if (limit is < 1 or > ILeaderBoardGrain.LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {ILeaderBoardGrain.LimitMax}.").ToResult();
        if (PeriodOf(period) is not { } wanted)
            return Problem.InvalidRequest($"period: '{period}', expected 'week' or 'all'.").ToResult();
        if (!IdText.IsValid(id) || await grains.GetGrain<ICommunityGrain>(id).GetAsync() is null)
            return Problem.NotFound("Community", id, "list them with GET /v1/communities").ToResult();

        var me = caller.UserId()!.Value;
        var board = await grains.GetGrain<ILeaderBoardGrain>(id).GetAsync(wanted, limit ?? LimitDefault, me);
        var own = await grains.GetGrain<IPointsGrain>(me.Value).InCommunityAsync(new(id));
        return TypedResults.Ok(new LeadersAnswer(
            new(id),
            wanted == LeaderPeriod.Week ? "week" : "all",
            board.From,
            await Task.WhenAll(board.Items.Select(leader => NameAsync(leader, grains))),
            new(board.MyRank, PointsIn(own, wanted, board.From))));
    }

    /// <summary>As others see her; without a name once her account is gone.</summary>
    private static async Task<LeaderAnswer> NameAsync(Leader leader, IGrainFactory grains) => new(
        leader.Rank, leader.User,
        (await grains.GetGrain<IAccountGrain>(leader.User.Value).GetAsync())?.DisplayName,
        leader.Points, leader.Level);

    private static LeaderPeriod? PeriodOf(string? name) => name switch
    {
        null or "week" => LeaderPeriod.Week,
        "all" => LeaderPeriod.All,
        _ => null,
    };

    private static long PointsIn(LeaderPoints own, LeaderPeriod period, DateOnly? from) =>
        period == LeaderPeriod.All ? own.Total
        : from is { } day && LeaderWeek.Of(day) == own.Week ? own.InWeek
        : 0;

    private static IPointsGrain PointsOf(ClaimsPrincipal caller, IGrainFactory grains) =>
        grains.GetGrain<IPointsGrain>(caller.UserId()!.Value.Value);
}
