using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Authorization.Ownerships;
using Engage.Api.Operators;
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
        var group = app.MapGroup("/v1/creators/{id}/owners").WithTags("Dashboard").SurvivesSilos();
        group.MapPut("/{user}", GrantAsync).Produces(StatusCodes.Status204NoContent);
        group.MapDelete("/{user}", RevokeAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> GrantAsync(
        string id, string user, ClaimsPrincipal caller, IGrainFactory grains, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (!await ExistsAsync(id, grains)) return OwnerOfCreator.Missing(id).ToResult();

        await RecordAsync("creator-owner-add", id, user, caller, trail, cancellationToken);
        return await grains.GetGrain<ICreatorAccessGrain>(id).GrantAsync(new(user))
            ? TypedResults.NoContent()
            : Problem.Conflict("Creator", id,
                $"has {ICreatorAccessGrain.OwnersMax} owners, which is all it can have; remove one first").ToResult();
    }

    private static async Task<IResult> RevokeAsync(
        string id, string user, ClaimsPrincipal caller, IGrainFactory grains, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        if (!await ExistsAsync(id, grains)) return OwnerOfCreator.Missing(id).ToResult();

        await RecordAsync("creator-owner-remove", id, user, caller, trail, cancellationToken);
        await grains.GetGrain<ICreatorAccessGrain>(id).RevokeAsync(new(user));
        return TypedResults.NoContent();
    }

    /// <summary>Who may take a creator's money out; what back ends say of it is for their own books.</summary>
    private static Task RecordAsync(
        string what, string creator, string user, ClaimsPrincipal caller, AuditTrail trail,
        CancellationToken cancellationToken) => caller.IsOperator()
        ? trail.RecordAsync(caller, what, new(new(user), FoundUser.ById), creator, cancellationToken)
        : Task.CompletedTask;

    private static async Task<bool> ExistsAsync(string id, IGrainFactory grains) =>
        IdText.IsValid(id) && await grains.GetGrain<ICreatorGrain>(id).GetAsync() is not null;

    private static IResult NoUser(string user) =>
        Problem.NotFound("User", user, "expected a user id such as POST /v1/users answers").ToResult();
}
