using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

internal sealed record SessionAnswer(
    string Session, string? Device, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset EndsAt,
    bool Current);

internal sealed record SessionsAnswer(SessionAnswer[] Items);

/// <summary>Where somebody is signed in, and how to end it.</summary>
internal static class SessionsApi
{
    private const string KeepCurrent = "current";

    public static void MapSessions(this WebApplication app)
    {
        var group = app.MapGroup("/v1/sessions").WithTags("Identity");
        group.MapGet("", ListAsync).SurvivesSilos();
        group.MapDelete("", EndAllAsync).SurvivesSilos();
        group.MapDelete("/{session}", EndAsync).SurvivesSilos();
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, IGrainFactory grains)
    {
        var current = caller.Session();
        var sessions = await grains.AccountOf(caller).ListSessionsAsync();
        return TypedResults.Ok(new SessionsAnswer([.. sessions.Select(session => new SessionAnswer(
            session.Id, session.Device, session.CreatedAt, session.UsedAt, session.EndsAt, session.Id == current))]));
    }

    private static async Task<IResult> EndAsync(
        string session, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        var isOwn = session == caller.Session();
        var ended = await grains.AccountOf(caller).EndSessionAsync(
            session, isOwn ? RevocationReasons.SignedOut : RevocationReasons.Revoked);
        if (!ended) return Problem.NotFound("Session", session, "see GET /v1/sessions").ToResult();

        if (isOwn) TokensApi.TakeCookieBack(context);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> EndAllAsync(
        string? keep, ClaimsPrincipal caller, HttpContext context, IGrainFactory grains)
    {
        if (keep is not (null or KeepCurrent))
            return Problem.InvalidRequest($"keep: expected '{KeepCurrent}', found '{keep}'.").ToResult();

        await grains.AccountOf(caller).EndSessionsAsync(
            keep is null ? null : caller.Session(), RevocationReasons.SignedOut);
        if (keep is null) TokensApi.TakeCookieBack(context);
        return TypedResults.NoContent();
    }
}
