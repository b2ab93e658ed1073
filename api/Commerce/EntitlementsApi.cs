using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

internal sealed record LibraryItem(
    string Id, string Scope, LocalizedText? Title, DateTimeOffset From, DateTimeOffset? Until, OrderId? Order,
    OfferId? Offer)
{
    public static LibraryItem Of(Entitlement entitlement) => new(
        entitlement.Id, entitlement.Scope, entitlement.Title, entitlement.From, entitlement.Until, entitlement.Order,
        entitlement.Offer);
}

internal sealed record LibraryAnswer(LibraryItem[] Items);

internal sealed record DoorAnswer(
    string Resource, string Access, string? By, DateTimeOffset? Until, OfferId[] Offers);

/// <summary>What somebody may enter and open; docs/protocol.md, "Doors".</summary>
internal static class EntitlementsApi
{
    public static void MapEntitlements(this WebApplication app)
    {
        var group = app.MapGroup("/v1")
            .WithTags("Commerce").SurvivesSilos();
        group.MapGet("/library", LibraryAsync).Produces<LibraryAnswer>();
        group.MapGet("/entitlements", CheckAsync).Produces<DoorAnswer>();
    }

    private static async Task<IResult> LibraryAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(await ReadLibraryAsync(caller.UserId()!.Value, grains));

    public static async Task<LibraryAnswer> ReadLibraryAsync(UserId user, IGrainFactory grains) =>
        new(Array.ConvertAll(await grains.GetGrain<IEntitlementsGrain>(user.Value).ListAsync(), LibraryItem.Of));

    private static async Task<IResult> CheckAsync(
        ClaimsPrincipal caller, IGrainFactory grains, string? resource = null)
    {
        if (Scopes.Parse(resource) is null)
            return Problem.InvalidRequest(
                $"resource: expected {string.Join(", ", Scopes.Kinds)} and an id behind a colon, such as content:c-1.")
                .ToResult();

        var answer = await grains.GetGrain<IEntitlementsGrain>(caller.UserId()!.Value.Value).CheckAsync(resource!);
        return TypedResults.Ok(new DoorAnswer(
            resource!, CommerceNames.Of(answer.Access), answer.By, answer.Until, answer.Offers));
    }
}
