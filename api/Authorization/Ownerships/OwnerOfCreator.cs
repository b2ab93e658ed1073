using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Creators;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>A back end made the caller an owner of the creator.</summary>
internal sealed class OwnerOfCreator(string name) : Ownership($"an owner of creator `{name}`", name)
{
    public override async ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked)
    {
        if (asked.Id(Name) is not { } creator || await asked.Grains.GetGrain<ICreatorGrain>(creator).GetAsync() is null)
            return Missing(asked.Named(Name));

        return asked.Caller.UserId() is { } user
            && await asked.Grains.GetGrain<ICreatorAccessGrain>(creator).IsOwnerAsync(user)
                ? null
                : Problem.Forbidden(
                    $"Only owners of creator '{creator}' may; a back end makes them with "
                    + "PUT /v1/creators/{id}/owners/{user}.");
    }

    public static ProblemDetails Missing(string? creator) =>
        Problem.NotFound("Creator", creator ?? "", "list them with GET /v1/creators");
}
