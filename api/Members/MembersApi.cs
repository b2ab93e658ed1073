using System.Security.Claims;
using System.Text.Json;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;

namespace Engage.Api.Members;

internal sealed record RoleRequest(string? Role);

internal sealed record MemberAnswer(
    UserId User,
    string Role,
    DateTimeOffset? BannedUntil,
    string? BanReason,
    DateTimeOffset? MutedUntil,
    string? MuteReason)
{
    public static MemberAnswer From(UserId user, Standing standing) => new(
        user, RoleNames.Of(standing.Role),
        standing.BannedUntil, standing.BanReason, standing.MutedUntil, standing.MuteReason);
}

internal sealed record MembersAnswer(MemberAnswer[] Items, string? Cursor);

/// <summary>How roles are written on the wire.</summary>
internal static class RoleNames
{
    public static readonly string[] All = [.. Enum.GetValues<CommunityRole>().Select(Of)];

    public static string Of(CommunityRole role) => JsonNamingPolicy.CamelCase.ConvertName($"{role}");

    public static CommunityRole? Parse(string? name) =>
        Array.IndexOf(All, name) is >= 0 and var index ? Enum.GetValues<CommunityRole>()[index] : null;
}

/// <summary>Roles in communities, and a look at who is restricted; docs/protocol.md, "Members".</summary>
internal static class MembersApi
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;

    public static void MapMembers(this WebApplication app)
    {
        var group = app.MapGroup("/v1/communities/{id}/members").WithTags("Members").SurvivesSilos();
        group.MapGet("", ListAsync).Produces<MembersAnswer>();
        group.MapGet("/{user}", GetAsync).Produces<MemberAnswer>();
        group.MapPut("/{user}", PutAsync).Produces<MemberAnswer>();
    }

    private static async Task<IResult> ListAsync(
        string id, IGrainFactory grains, int? limit = null, string? cursor = null)
    {
        if (limit is < 1 or > LimitMax)
            return Problem.InvalidRequest($"limit: {limit}, expected 1 to {LimitMax}.").ToResult();
        if (cursor is not null && !IdText.IsValid(cursor))
            return Problem.InvalidRequest("cursor: expected what the page before answered.").ToResult();
        if (await FindAsync(id, grains) is not { } members) return NoCommunity(id);

        var page = await members.ListAsync(cursor, limit ?? LimitDefault);
        return TypedResults.Ok(new MembersAnswer(
            [.. page.Items.Select(member => MemberAnswer.From(member.User, member.Standing))], page.Cursor));
    }

    private static async Task<IResult> GetAsync(string id, string user, IGrainFactory grains)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (await FindAsync(id, grains) is not { } members) return NoCommunity(id);

        var standing = await members.GetStandingsAsync([new(user)]);
        return TypedResults.Ok(MemberAnswer.From(new(user), standing[0]));
    }

    /// <summary>The actor decides once more: only it knows everybody's role at that moment.</summary>
    private static async Task<IResult> PutAsync(
        string id, string user, RoleRequest request, ClaimsPrincipal caller, IGrainFactory grains)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (RoleNames.Parse(request.Role) is not { } role)
            return Problem.InvalidRequest(
                $"role: '{request.Role}', expected one of {string.Join(", ", RoleNames.All)}.").ToResult();
        if (await FindAsync(id, grains) is not { } members) return NoCommunity(id);

        var by = caller.IsService() ? null : caller.UserId();
        var standing = await members.ChangeAsync(new(new(user), role, null, null, null, null, by));
        return TypedResults.Ok(MemberAnswer.From(new(user), standing));
    }

    private static async Task<ICommunityMembersGrain?> FindAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ICommunityGrain>(id).GetAsync() is not null
            ? grains.GetGrain<ICommunityMembersGrain>(id)
            : null;

    private static IResult NoCommunity(string id) =>
        Problem.NotFound("Community", id, "list them with GET /v1/communities").ToResult();

    private static IResult NoUser(string user) =>
        Problem.NotFound("User", user, "expected a user id such as POST /v1/users answers").ToResult();
}
