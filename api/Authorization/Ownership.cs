using System.Security.Claims;
using Engage.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization;

/// <summary>
/// What a user must have to do with the thing that a call names. One small type per kind of thing; the same instance
/// serves all calls.
/// </summary>
/// <param name="says">Reads after "the caller is": <c>an owner of creator {id}</c>.</param>
/// <param name="name">The parameter of the route or hub method that names the thing.</param>
internal abstract class Ownership(string says, string name)
{
    public string Says => says;

    /// <summary>The parameter of the route or hub method that names the thing.</summary>
    public string Name => name;

    /// <summary>Asked before the handler, and asked again when a silo dies meanwhile.</summary>
    /// <returns>Null if it holds. Otherwise the answer, which is the same as for a thing that does not exist where
    /// whether it exists is nobody else's business.</returns>
    public abstract ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked);
}

/// <param name="Caller">Has a token.</param>
/// <param name="Services">Those of the request.</param>
/// <param name="Named">What the call gives for a parameter of that name; null if nothing.</param>
internal readonly record struct OwnershipQuestion(
    ClaimsPrincipal Caller, IServiceProvider Services, Func<string, string?> Named)
{
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <returns>The id, null if it is none: a thing of that id does not exist.</returns>
    public string? Id(string name) => Named(name) is { } id && IdText.IsValid(id) ? id : null;
}
