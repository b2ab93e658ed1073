using Engage.Api.Accounts;
using Engage.Api.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>The user that is named is the caller; naming nobody means oneself.</summary>
internal sealed class Herself(string name) : Ownership($"the user in `{name}`, if one is named", name)
{
    public override ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked) => new(
        asked.Named(Name) is not { } user || user == asked.Caller.UserId()?.Value
            ? null
            : Problem.Forbidden($"{Name}: '{user}' is not you; leave it out."));
}
