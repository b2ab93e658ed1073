using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Limits;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;

namespace Engage.Api.Creators;

/// <summary>Whose accounts act for a creator; docs/protocol.md, "Dashboard".</summary>
internal static class CreatorAccessApi
{
    public static void MapCreatorAccess(this WebApplication app)
    {
        var group = app.MapGroup("/v1/creators/{id}/owners").RequireRateLimiting(RateLimits.PerUser)
            .RequireAuthorization(Roles.Service).WithTags("Dashboard").SurvivesSilos();
        group.MapPut("/{user}", GrantAsync).Produces(StatusCodes.Status204NoContent);
        group.MapDelete("/{user}", RevokeAsync).Produces(StatusCodes.Status204NoContent);
    }

    /// <returns>Null if the caller may see the creator's dashboard, otherwise the answer.</returns>
    public static async Task<Microsoft.AspNetCore.Mvc.ProblemDetails?> RefusalAsync(
        this IGrainFactory grains, string creator, ClaimsPrincipal caller)
    {
        if (!await ExistsAsync(creator, grains)) return NoCreator(creator);
        if (caller.IsService()) return null;

        var owns = caller.UserId() is { } user
            && await grains.GetGrain<ICreatorAccessGrain>(creator).IsOwnerAsync(user);
        return owns ? null : Problem.Forbidden(
            $"Only owners of creator '{creator}' see the dashboard; a back end makes them with "
            + "PUT /v1/creators/{id}/owners/{user}.");
    }

    private static async Task<IResult> GrantAsync(string id, string user, IGrainFactory grains)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (!await ExistsAsync(id, grains)) return NoCreator(id).ToResult();

        return await grains.GetGrain<ICreatorAccessGrain>(id).GrantAsync(new(user))
            ? TypedResults.NoContent()
            : Problem.Conflict("Creator", id,
                $"has {ICreatorAccessGrain.OwnersMax} owners, which is all it can have; remove one first").ToResult();
    }

    private static async Task<IResult> RevokeAsync(string id, string user, IGrainFactory grains)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (!await ExistsAsync(id, grains)) return NoCreator(id).ToResult();

        await grains.GetGrain<ICreatorAccessGrain>(id).RevokeAsync(new(user));
        return TypedResults.NoContent();
    }

    private static async Task<bool> ExistsAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ICreatorGrain>(id).GetAsync() is not null;

    private static Microsoft.AspNetCore.Mvc.ProblemDetails NoCreator(string id) =>
        Problem.NotFound("Creator", id, "list them with GET /v1/creators");

    private static IResult NoUser(string user) =>
        Problem.NotFound("User", user, "expected a user id such as POST /v1/users answers").ToResult();
}
