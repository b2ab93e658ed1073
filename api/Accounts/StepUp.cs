using System.Globalization;
using System.Security.Claims;
using Engage.Api.Problems;
using Engage.Contracts.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Accounts;

/// <summary>What moves money out, or lets one see others' data, asks for a fresh code of the authenticator.</summary>
internal static class StepUp
{
    /// <summary>What is answered without one; see <see cref="Authorization.AccessRule.Code"/>.</summary>
    public static ProblemDetails Required() => Problem.Named(
        "step-up-required", "Prove that it is you", StatusCodes.Status403Forbidden,
        "This needs a code of your authenticator, at most ten minutes old: send one to POST /v1/tokens/step-up and use "
        + "the token that it answers. Without an authenticator, set one up with POST /v1/totp first.");

    public static bool HasFreshCode(ClaimsPrincipal caller, DateTimeOffset now) =>
        long.TryParse(
            caller.FindFirstValue(TokenIssuer.OtpTimeClaim), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seconds)
        && now - DateTimeOffset.FromUnixTimeSeconds(seconds) <= SessionRules.ProofLifetime;
}
