using System.Security.Claims;
using Engage.Api.Actors;
using Engage.Api.Operators;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

internal sealed record OperatorAnswer(string User);

internal sealed record OperatorsAnswer(OperatorAnswer[] Items);

/// <summary>Who runs the platform; operators alone say so, with a fresh code.</summary>
internal static class OperatorsApi
{
    public static void MapOperators(this WebApplication app)
    {
        var group = app.MapGroup("/v1/operators").WithTags("Operators");
        group.MapGet("", ListAsync).SurvivesSilos();
        group.MapPut("/{user}", AddAsync);
        group.MapDelete("/{user}", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains) => TypedResults.Ok(new OperatorsAnswer(
        [.. (await Operators(grains).ListAsync()).Select(user => new OperatorAnswer(user.Value))]));

    private static async Task<IResult> AddAsync(
        string user, ClaimsPrincipal caller, IGrainFactory grains, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        await trail.RecordAsync(caller, "operator-add", new(new(user), FoundUser.ById), null, cancellationToken);
        return await Operators(grains).AddAsync(new(user)) ? TypedResults.NoContent() : NoUser(user);
    }

    private static async Task<IResult> RemoveAsync(
        string user, ClaimsPrincipal caller, IGrainFactory grains, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        if (!IdText.IsValid(user)) return NoUser(user);
        await trail.RecordAsync(caller, "operator-remove", new(new(user), FoundUser.ById), null, cancellationToken);
        return await Operators(grains).RemoveAsync(new(user), evenLast: false)
            ? TypedResults.NoContent()
            : Problem.Conflict("Operator", user, "is the last one; make another one first").ToResult();
    }

    private static IResult NoUser(string user) =>
        Problem.NotFound("User", user, "expected a user id such as POST /v1/users answers").ToResult();

    private static IOperatorsGrain Operators(IGrainFactory grains) =>
        grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key);
}
